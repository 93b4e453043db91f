package parley.speech.decoding;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import parley.ffmpeg.FfmpegProcess;

/// Successive WAV files of one format within a file, as recorders write them that make each chunk a
/// file of its own. They are decoded as one: to start a decoder for each would take longer than to
/// decode hours of sound.
final class JoinedWaves implements ConcatenatedRecordings.Part {
  private static final int BLOCK_BYTES = 64 * 1024;
  private static final int CHUNK_HEAD = 8;

  /// Chunks before the samples; recorders write a handful.
  private static final int MAX_CHUNKS = 32;

  private static final int MIN_FORMAT_BYTES = 16;
  private static final int MAX_FORMAT_BYTES = 64;

  private final Wave first;
  private final List<Wave> waves = new ArrayList<>();
  private long bytes;

  JoinedWaves(Wave first) {
    this.first = first;
    add(first);
  }

  /// The samples of one WAV file.
  ///
  /// @param header the content of its `fmt ` chunk
  /// @param start of the samples in the file
  /// @param end exclusive
  record Wave(PcmFormat format, ByteBuffer header, long start, long end) {
    private static final Wave SILENT =
        new Wave(
            new PcmFormat(PcmFormat.Encoding.S16, AudioDecoder.SAMPLE_RATE, 1),
            ByteBuffer.allocate(0),
            0,
            0);

    boolean isEmpty() {
      return start >= end;
    }
  }

  /// Finds the samples of the WAV file between two offsets; none where it has no `data` chunk.
  /// Empty if they are not plain PCM, which ffmpeg may understand.
  static Optional<Wave> find(FileChannel channel, long start, long end) throws IOException {
    Optional<PcmFormat> format = Optional.empty();
    ByteBuffer header = ByteBuffer.allocate(0);
    long at = start + WavHeader.SIGNATURE_BYTES;
    for (int chunk = 0; chunk < MAX_CHUNKS && at + CHUNK_HEAD <= end; chunk++) {
      ByteBuffer head = read(channel, at, CHUNK_HEAD);
      String name = WavHeader.name(head);
      long size = head.getInt() & 0xFFFF_FFFFL;
      at += CHUNK_HEAD;
      if (name.equals("data")) {
        long from = at;
        boolean sized = size != 0 && size != 0xFFFF_FFFFL;
        long whole = (sized ? Math.min(end, at + size) : end) - at;
        ByteBuffer written = header;
        return format.map(
            known -> new Wave(known, written, from, from + whole - whole % known.frameBytes()));
      }
      if (name.equals("fmt ") && size >= MIN_FORMAT_BYTES && size <= MAX_FORMAT_BYTES) {
        header = read(channel, at, (int) size);
        format = WavHeader.format(header.duplicate().order(ByteOrder.LITTLE_ENDIAN));
      }
      at += size + (size & 1);
    }
    return at + CHUNK_HEAD > end ? Optional.of(Wave.SILENT) : Optional.empty();
  }

  private static ByteBuffer read(FileChannel channel, long at, int count) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, at + bytes.position()) < 0) {
        // A file that was cut off.
        bytes.put((byte) 0);
      }
    }
    return bytes.flip();
  }

  boolean isLike(Wave other) {
    return first.format().equals(other.format());
  }

  void add(Wave wave) {
    waves.add(wave);
    bytes += wave.end() - wave.start();
  }

  /// Sends them as one WAV to a decoder that reads a pipe, on a thread of its own.
  void feed(Path file, FfmpegProcess child) {
    // A platform thread, since writing to a pipe would pin a virtual thread's carrier.
    Thread.ofPlatform()
        .name("joined-waves")
        .daemon()
        .start(() -> {
          try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            send(channel, child.input());
          } catch (IOException gone) {
            // Unless the decoder has ended already: what could not be read must not look like the
            // end.
            child.kill();
          }
        });
  }

  private void send(FileChannel channel, OutputStream out) throws IOException {
    out.write(header());
    ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES);
    for (Wave wave : waves) {
      for (long at = wave.start(); at < wave.end(); at += block.position()) {
        block.clear().limit((int) Math.min(BLOCK_BYTES, wave.end() - at));
        if (channel.read(block, at) < 0) {
          throw new EOFException("the recording has become shorter");
        }
        out.write(block.array(), 0, block.position());
      }
    }
    out.close();
  }

  private byte[] header() {
    int format = first.header().limit();
    long size = Math.min(bytes, 0xFFFF_FFFFL);
    return ByteBuffer.allocate(WavHeader.SIGNATURE_BYTES + 2 * CHUNK_HEAD + format + (format & 1))
        .order(ByteOrder.LITTLE_ENDIAN)
        .put("RIFF".getBytes(StandardCharsets.US_ASCII))
        .putInt((int) Math.min(bytes + 2 * CHUNK_HEAD + format + 4, 0xFFFF_FFFFL))
        .put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII))
        .putInt(format)
        .put(first.header().duplicate())
        .put(new byte[format & 1])
        .put("data".getBytes(StandardCharsets.US_ASCII))
        .putInt((int) size)
        .array();
  }
}
