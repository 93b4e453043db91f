package parley.speech.decoding;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import parley.problem.Problem;
import parley.problem.ProblemCode;

/// Decodes streamed WAV. Sizes that the writer did not know when it started, 0 and 0xFFFFFFFF, mean
/// that the audio extends to the end. Further headers, as written by recorders that restart or that
/// make each chunk a file of its own, continue the audio. Input that is not WAV, or is compressed,
/// goes to another decoder from the first byte on.
public final class WavDecoder implements SoundDecoder {
  /// Headers are small, though some contain a picture or a long comment.
  private static final int MAX_HEADER_BYTES = 1 << 20;

  /// A chunk's name and size.
  private static final int CHUNK_HEADER_BYTES = 8;

  private final SampleSink sink;
  private final Function<SampleSink, SoundDecoder> otherwise;
  private ByteBuffer header = ByteBuffer.allocate(256);
  private @Nullable SoundDecoder content;
  private @Nullable PcmDecoder samples;

  /// The format of the samples; null if another decoder is in use.
  private @Nullable PcmFormat known;

  /// Remaining bytes of audio, and of a trailing chunk that is not audio.
  private long left;

  private long skipped;

  /// Bytes that may be the start of another header or of a trailing chunk.
  private byte[] held = new byte[0];

  private volatile boolean closed;

  /// @param otherwise creates the decoder for other formats
  public WavDecoder(SampleSink sink, Function<SampleSink, SoundDecoder> otherwise) {
    this.sink = sink;
    this.otherwise = otherwise;
  }

  /// Returns a decoder for ffmpeg's output.
  static WavDecoder ofFfmpeg(SampleSink sink) {
    return new WavDecoder(
        sink,
        ignored -> {
          // Its encoding and rate are what we asked for.
          throw new Problem(
              ProblemCode.UNSUPPORTED_MEDIA,
              "The audio has more than " + PcmFormat.MAX_CHANNELS + " channels.");
        });
  }

  @Override
  public void write(ByteBuffer bytes) throws IOException {
    SoundDecoder decoder = content;
    if (decoder == null) {
      collect(bytes);
      parse();
    } else {
      follow(decoder, bytes);
    }
  }

  /// The number of channels; 0 until it is known.
  int channels() {
    return known == null ? 0 : known.channels();
  }

  /// Whether any input has arrived.
  boolean hasBegun() {
    return content != null || header.position() > 0;
  }

  @Override
  public void settle() throws IOException, InterruptedException {
    SoundDecoder decoder = content;
    if (decoder != null) {
      decoder.settle();
    }
  }

  @Override
  public void end() throws IOException {
    SoundDecoder decoder = content;
    if (decoder == null && samples != null) {
      // A further header was cut off; the audio before it is kept.
      samples.end();
      return;
    }
    if (decoder == null && header.position() > 0) {
      throw new Problem(ProblemCode.UNSUPPORTED_MEDIA, "The WAV file ends within its header.");
    }
    if (decoder != null) {
      if (left > 0 && held.length > 0) {
        decoder.write(ByteBuffer.wrap(held));
      }
      decoder.end();
    }
  }

  @Override
  public void close() {
    closed = true;
    SoundDecoder decoder = content;
    if (decoder != null) {
      decoder.close();
    }
  }

  private void collect(ByteBuffer bytes) {
    if (header.remaining() < bytes.remaining()) {
      if (header.position() + bytes.remaining() > MAX_HEADER_BYTES) {
        throw new Problem(ProblemCode.UNSUPPORTED_MEDIA, "The WAV header is too long.");
      }
      ByteBuffer larger = ByteBuffer.allocate(2 * (header.position() + bytes.remaining()));
      header = larger.put(header.flip());
    }
    header.put(bytes);
  }

  private void parse() throws IOException {
    ByteBuffer from = header.duplicate().flip().order(ByteOrder.LITTLE_ENDIAN);
    if (!WavHeader.isRiff(from)) {
      begin(otherwise.apply(sink), header.flip(), Long.MAX_VALUE);
      return;
    }
    if (from.remaining() < 12) {
      return;
    }
    from.position(12);
    Optional<PcmFormat> format = Optional.empty();
    while (from.remaining() >= 8) {
      String name = WavHeader.name(from);
      long size = from.getInt() & 0xFFFF_FFFFL;
      if (name.equals("data")) {
        if (format.isEmpty()) {
          begin(otherwise.apply(sink), header.flip(), Long.MAX_VALUE);
        } else {
          boolean sized = size != 0 && size != 0xFFFF_FFFFL;
          begin(decoder(format.get()), from, sized ? size : Long.MAX_VALUE);
        }
        return;
      }
      // Chunks are padded to an even length.
      long next = from.position() + size + (size & 1);
      if (next > MAX_HEADER_BYTES) {
        throw new Problem(ProblemCode.UNSUPPORTED_MEDIA, "The WAV header is malformed.");
      }
      if (next > from.limit()) {
        return;
      }
      if (name.equals("fmt ") && size >= 16) {
        format =
            WavHeader.format(
                from.slice(from.position(), (int) size).order(ByteOrder.LITTLE_ENDIAN));
      }
      from.position((int) next);
    }
  }

  /// Returns a decoder for the format. The previous one continues if the format is the same, so
  /// that no sample is lost between two resamplers.
  private SoundDecoder decoder(PcmFormat format) {
    PcmDecoder before = samples;
    if (before != null && format.equals(known)) {
      before.dropPartialFrame();
      return before;
    }
    if (before != null) {
      before.end();
    }
    PcmDecoder next = new PcmDecoder(format, sink);
    samples = next;
    known = format;
    return next;
  }

  private void begin(SoundDecoder decoder, ByteBuffer bytes, long length) throws IOException {
    content = decoder;
    if (decoder != samples) {
      known = null;
    }
    left = length;
    skipped = 0;
    header = ByteBuffer.allocate(256);
    if (closed) {
      decoder.close();
    }
    follow(decoder, bytes);
  }

  /// Passes audio on, and starts over at a further header.
  private void follow(SoundDecoder decoder, ByteBuffer bytes) throws IOException {
    if (known == null) {
      decoder.write(bytes);
      return;
    }
    ByteBuffer all =
        ByteBuffer.allocate(held.length + bytes.remaining()).put(held).put(bytes).flip();
    held = new byte[0];
    while (all.hasRemaining()) {
      int next = WavHeader.nextHeader(all);
      passOn(decoder, all, next < 0 ? all.limit() - undecidedBytes(all) : next);
      if (next >= 0) {
        all.position(next);
        content = null;
        write(all);
        return;
      }
      if (all.remaining() <= undecidedBytes(all)) {
        held = new byte[all.remaining()];
        all.get(held);
      }
    }
  }

  /// Passes on audio up to `end` and skips trailing chunks, such as tags.
  private void passOn(SoundDecoder decoder, ByteBuffer all, int end) throws IOException {
    while (all.position() < end) {
      if (left > 0) {
        int count = (int) Math.min(left, end - all.position());
        left -= count;
        decoder.write(all.slice(all.position(), count));
        all.position(all.position() + count);
      } else if (skipped > 0) {
        int count = (int) Math.min(skipped, end - all.position());
        skipped -= count;
        all.position(all.position() + count);
      } else if (all.remaining() < WavHeader.SIGNATURE_BYTES) {
        return;
      } else {
        ByteBuffer chunk =
            all.slice(all.position(), CHUNK_HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        String name = WavHeader.name(chunk);
        long size = chunk.getInt() & 0xFFFF_FFFFL;
        if (name.equals("data")) {
          all.position(all.position() + CHUNK_HEADER_BYTES);
          left = size;
        } else if (mayBeTrailingChunk(name, size)) {
          all.position(all.position() + CHUNK_HEADER_BYTES);
          skipped = size + (size & 1);
        } else {
          // The header's size covered only the first chunk; more audio follows without a header.
          left = Long.MAX_VALUE;
        }
      }
    }
  }

  /// Whether a trailing chunk without audio, or padding, may start here. Chunk names are ASCII and
  /// trailing chunks are small; audio samples look like one only once in thousands of cases.
  private static boolean mayBeTrailingChunk(String name, long size) {
    boolean padding = size == 0 && name.equals("\0\0\0\0");
    return padding
        || (size <= MAX_HEADER_BYTES && name.chars().allMatch(c -> c >= ' ' && c <= '~'));
  }

  /// Returns the number of bytes at the end that may be the start of a header or of a trailing
  /// chunk.
  private int undecidedBytes(ByteBuffer all) {
    if (left == 0 && skipped == 0) {
      return Math.min(all.remaining(), WavHeader.SIGNATURE_BYTES - 1);
    }
    for (int length = Math.min(all.remaining(), WavHeader.SIGNATURE_BYTES - 1);
        length > 0;
        length--) {
      if (WavHeader.isSignature(all, all.limit() - length)) {
        return length;
      }
    }
    return 0;
  }
}
