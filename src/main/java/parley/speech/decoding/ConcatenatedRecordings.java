package parley.speech.decoding;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import parley.problem.Problem;
import parley.problem.ProblemCode;

/// Finds concatenated recordings in a file, as recorders write them when stopped and restarted:
/// each is a complete file, and ffmpeg would read only the first. In MPEG, FLAC, AU and AVI, and
/// nearly always in Ogg, ffmpeg continues on its own.
final class ConcatenatedRecordings {
  /// Maximum number of steps, which take a second or two: more than the boxes of four hours in
  /// fragments of 20 ms.
  private static final int MAX_STEPS = 2_000_000;

  /// Maximum number of recordings. Each of them is kept in memory until the file is decoded.
  private static final int MAX_RECORDINGS = 100_000;

  /// Maximum number of parts: a decoder has to be started for each, and a small file could
  /// otherwise occupy a worker for hours.
  private static final int MAX_PARTS = 1_000;

  private ConcatenatedRecordings() {}

  /// What one decoder reads.
  sealed interface Part permits Stretch, JoinedWaves {}

  /// A recording within the file.
  ///
  /// @param end exclusive
  /// @param whole whether it is all of the file
  record Stretch(long start, long end, boolean whole) implements Part {}

  /// Returns all recordings of a file in order, at least one part.
  ///
  /// @throws Problem UNSUPPORTED_MEDIA for too many
  static List<Part> of(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      long size = channel.size();
      ByteBuffer head = read(channel, 0, RecordingSplitter.HEAD_BYTES);
      Optional<RecordingSplitter> splitter = RecordingSplitter.of(head);
      List<Long> starts =
          splitter.isPresent() ? starts(channel, size, splitter.get()) : List.of(0L);
      if (starts.size() == 1) {
        return List.of(new Stretch(0, size, true));
      }
      List<Part> parts = new ArrayList<>();
      for (int i = 0; i < starts.size(); i++) {
        long end = i + 1 < starts.size() ? starts.get(i + 1) : size;
        Stretch next = new Stretch(starts.get(i), end, false);
        if (RecordingSplitter.isWave(head)) {
          addWave(parts, channel, next);
        } else {
          parts.add(next);
        }
        requireAtMost(MAX_PARTS, parts.size(), "recordings");
      }
      return parts.isEmpty() ? List.of(new Stretch(0, size, true)) : parts;
    }
  }

  private static void addWave(List<Part> parts, FileChannel channel, Stretch file)
      throws IOException {
    Optional<JoinedWaves.Wave> wave = JoinedWaves.find(channel, file.start(), file.end());
    if (wave.isEmpty()) {
      parts.add(file);
    } else if (!wave.get().isEmpty()) {
      if (!parts.isEmpty()
          && parts.getLast() instanceof JoinedWaves before
          && before.isLike(wave.get())) {
        before.add(wave.get());
      } else {
        parts.add(new JoinedWaves(wave.get()));
      }
    }
  }

  private static List<Long> starts(FileChannel channel, long size, RecordingSplitter splitter)
      throws IOException {
    List<Long> starts = new ArrayList<>(List.of(0L));
    long at = 0;
    for (int i = 0; at < size; i++) {
      requireAtMost(MAX_STEPS, i, "boxes");
      requireAtMost(MAX_RECORDINGS, starts.size(), "recordings");
      RecordingSplitter.Step step = splitter.next(read(channel, at, splitter.window()));
      if (step == null) {
        break;
      }
      if (step.begins() && at > 0) {
        starts.add(at);
      }
      at = step.length() < size - at ? at + step.length() : size;
    }
    return starts;
  }

  private static void requireAtMost(int max, int count, String what) {
    if (count > max) {
      throw new Problem(
          ProblemCode.UNSUPPORTED_MEDIA, "The file consists of more than " + max + " " + what);
    }
  }

  /// Reads as many bytes as there are, at most `count`.
  private static ByteBuffer read(FileChannel channel, long at, int count) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count);
    while (bytes.hasRemaining() && channel.read(bytes, at + bytes.position()) >= 0) {
      // Keep reading.
    }
    return bytes.flip();
  }
}
