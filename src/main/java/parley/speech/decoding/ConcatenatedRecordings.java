package parley.speech.decoding;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import parley.problem.Problem;
import parley.problem.ProblemCode;

/// Finds concatenated recordings in a file, as recorders write them when stopped and restarted:
/// each is a complete file, and ffmpeg would read only the first. In Matroska, Ogg, MPEG, FLAC, AU
/// and AVI, ffmpeg continues on its own; of concatenated AIFF, CAF, W64, FLV, WavPack, TTA, ASF and
/// VOC files, only the first is heard.
final class ConcatenatedRecordings {
  /// Maximum number of boxes examined: as many as four hours in fragments of half a second have.
  private static final int MAX_BOXES = 100_000;

  /// Size, type and, if the size is 1, a 64-bit size.
  private static final int BOX_HEAD = 16;

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
      ByteBuffer head = head(channel, 0);
      List<Long> starts =
          isRiff(head)
              ? waves(channel, size)
              : name(head, 4).equals("ftyp") ? movies(channel, size) : List.of(0L);
      if (starts.size() == 1) {
        return List.of(new Stretch(0, size, true));
      }
      List<Part> parts = new ArrayList<>();
      for (int i = 0; i < starts.size(); i++) {
        long end = i + 1 < starts.size() ? starts.get(i + 1) : size;
        Stretch next = new Stretch(starts.get(i), end, false);
        if (isRiff(head)) {
          addWave(parts, channel, next);
        } else {
          parts.add(next);
        }
        if (parts.size() > MAX_PARTS) {
          throw new Problem(
              ProblemCode.UNSUPPORTED_MEDIA,
              "The file consists of more than " + MAX_PARTS + " recordings");
        }
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

  /// WAV: each header states its length.
  private static List<Long> waves(FileChannel channel, long size) throws IOException {
    List<Long> starts = new ArrayList<>();
    long at = 0;
    while (at < size && starts.size() < MAX_BOXES) {
      ByteBuffer head = head(channel, at);
      if (!isRiff(head)) {
        break;
      }
      starts.add(at);
      long length = Integer.reverseBytes(head.getInt(4)) & 0xFFFF_FFFFL;
      at += 8 + length + (length & 1);
    }
    return starts;
  }

  /// ISO base media (MP4): each recording starts with an `ftyp` box.
  private static List<Long> movies(FileChannel channel, long size) throws IOException {
    List<Long> starts = new ArrayList<>();
    long at = 0;
    for (int box = 0; at + 8 <= size && box < MAX_BOXES; box++) {
      ByteBuffer head = head(channel, at);
      if (name(head, 4).equals("ftyp")) {
        starts.add(at);
      }
      long length = boxLength(head);
      if (length < 8) {
        break;
      }
      at += length;
    }
    return starts;
  }

  /// Returns the size of a box including its header; 0 for one that extends to the end of the file
  /// or is broken.
  static long boxLength(ByteBuffer head) {
    long length = head.getInt(0) & 0xFFFF_FFFFL;
    return length == 1 && head.limit() >= BOX_HEAD ? head.getLong(8) : length;
  }

  static String name(ByteBuffer head, int at) {
    byte[] name = new byte[Math.clamp(head.limit() - at, 0, 4)];
    if (name.length > 0) {
      // Even an empty read beyond the limit is out of bounds.
      head.get(at, name);
    }
    return new String(name, StandardCharsets.ISO_8859_1);
  }

  private static boolean isRiff(ByteBuffer head) {
    return name(head, 0).equals("RIFF") && name(head, 8).equals("WAVE");
  }

  private static ByteBuffer head(FileChannel channel, long at) throws IOException {
    ByteBuffer head = ByteBuffer.allocate(BOX_HEAD);
    while (head.hasRemaining() && channel.read(head, at + head.position()) >= 0) {
      // Keep reading.
    }
    return head.flip();
  }
}
