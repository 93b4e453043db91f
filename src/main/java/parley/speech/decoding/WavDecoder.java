package parley.speech.decoding;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import parley.problem.Problem;
import parley.problem.ProblemCode;

/// Decodes a WAV file as it arrives. Sizes that a writer did not know when it began, 0 and
/// 0xFFFFFFFF, mean that the sound goes on to the end. What is no WAV after all, or holds something
/// compressed, goes to another decoder with all bytes from the first on.
public final class WavDecoder implements SoundDecoder {
  /// Headers are small; some hold a picture or a long comment.
  private static final int LONGEST_HEADER = 1 << 20;

  private static final int PCM = 1;
  private static final int FLOAT = 3;
  private static final int A_LAW = 6;
  private static final int MU_LAW = 7;
  private static final int EXTENSIBLE = 0xFFFE;

  private final SampleSink sink;
  private final Function<SampleSink, SoundDecoder> otherwise;
  private ByteBuffer header = ByteBuffer.allocate(256);
  private @Nullable SoundDecoder content;
  private long left;
  private volatile boolean closed;

  /// @param otherwise makes the decoder for what this one does not know
  public WavDecoder(SampleSink sink, Function<SampleSink, SoundDecoder> otherwise) {
    this.sink = sink;
    this.otherwise = otherwise;
  }

  @Override
  public void write(ByteBuffer bytes) throws IOException {
    SoundDecoder decoder = content;
    if (decoder == null) {
      collect(bytes);
      parse();
    } else {
      pass(decoder, bytes);
    }
  }

  @Override
  public void settle() throws InterruptedException {
    SoundDecoder decoder = content;
    if (decoder != null) {
      decoder.settle();
    }
  }

  @Override
  public void end() throws IOException {
    SoundDecoder decoder = content;
    if (decoder == null && header.position() > 0) {
      throw new Problem(ProblemCode.UNSUPPORTED_MEDIA, "The WAV ends within its header.");
    }
    if (decoder != null) {
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
      if (header.position() + bytes.remaining() > LONGEST_HEADER) {
        throw new Problem(ProblemCode.UNSUPPORTED_MEDIA, "The WAV's header does not end.");
      }
      ByteBuffer larger = ByteBuffer.allocate(2 * (header.position() + bytes.remaining()));
      header = larger.put(header.flip());
    }
    header.put(bytes);
  }

  private void parse() throws IOException {
    ByteBuffer from = header.duplicate().flip().order(ByteOrder.LITTLE_ENDIAN);
    if (!isRiff(from)) {
      begin(otherwise.apply(sink), header.flip(), Long.MAX_VALUE);
      return;
    }
    if (from.remaining() < 12) {
      return;
    }
    from.position(12);
    Optional<PcmFormat> format = Optional.empty();
    while (from.remaining() >= 8) {
      String name = name(from);
      long size = from.getInt() & 0xFFFF_FFFFL;
      if (name.equals("data")) {
        if (format.isEmpty()) {
          begin(otherwise.apply(sink), header.flip(), Long.MAX_VALUE);
        } else {
          boolean known = size != 0 && size != 0xFFFF_FFFFL;
          begin(new PcmDecoder(format.get(), sink), from, known ? size : Long.MAX_VALUE);
        }
        return;
      }
      // Chunks have an even length.
      long next = from.position() + size + (size & 1);
      if (next > LONGEST_HEADER) {
        throw new Problem(ProblemCode.UNSUPPORTED_MEDIA, "The WAV's header is broken.");
      }
      if (next > from.limit()) {
        return;
      }
      if (name.equals("fmt ") && size >= 16) {
        format = format(from.slice(from.position(), (int) size).order(ByteOrder.LITTLE_ENDIAN));
      }
      from.position((int) next);
    }
  }

  private void begin(SoundDecoder decoder, ByteBuffer bytes, long length) throws IOException {
    content = decoder;
    left = length;
    header = ByteBuffer.allocate(0);
    if (closed) {
      decoder.close();
    }
    pass(decoder, bytes);
  }

  private void pass(SoundDecoder decoder, ByteBuffer bytes) throws IOException {
    int count = (int) Math.min(left, bytes.remaining());
    left -= count;
    decoder.write(bytes.slice(bytes.position(), count));
    // What stands behind the sound, such as names, is none.
    bytes.position(bytes.limit());
  }

  private static boolean isRiff(ByteBuffer from) {
    byte[] sign = "RIFF".getBytes(StandardCharsets.US_ASCII);
    byte[] kind = "WAVE".getBytes(StandardCharsets.US_ASCII);
    for (int i = 0; i < 4; i++) {
      if ((i < from.limit() && from.get(i) != sign[i])
          || (8 + i < from.limit() && from.get(8 + i) != kind[i])) {
        return false;
      }
    }
    return true;
  }

  private static String name(ByteBuffer from) {
    byte[] name = new byte[4];
    from.get(name);
    return new String(name, StandardCharsets.US_ASCII);
  }

  private static Optional<PcmFormat> format(ByteBuffer from) {
    int tag = from.getShort() & 0xFFFF;
    int channels = from.getShort() & 0xFFFF;
    int rate = from.getInt();
    from.position(14);
    int bits = from.getShort() & 0xFFFF;
    if (tag == EXTENSIBLE && from.limit() >= 26) {
      // The first two bytes of the format's GUID are the tag.
      tag = from.getShort(24) & 0xFFFF;
    }
    Optional<PcmFormat.Encoding> encoding = encoding(tag, bits);
    if (encoding.isEmpty() || rate < 4_000 || rate > 384_000 || channels < 1 || channels > 16) {
      return Optional.empty();
    }
    return Optional.of(new PcmFormat(encoding.get(), rate, channels));
  }

  private static Optional<PcmFormat.Encoding> encoding(int tag, int bits) {
    return Optional.ofNullable(
        switch (tag) {
          case PCM ->
              switch (bits) {
                case 8 -> PcmFormat.Encoding.U8;
                case 16 -> PcmFormat.Encoding.S16;
                case 24 -> PcmFormat.Encoding.S24;
                case 32 -> PcmFormat.Encoding.S32;
                default -> null;
              };
          case FLOAT ->
              switch (bits) {
                case 32 -> PcmFormat.Encoding.F32;
                case 64 -> PcmFormat.Encoding.F64;
                default -> null;
              };
          case A_LAW -> bits == 8 ? PcmFormat.Encoding.A_LAW : null;
          case MU_LAW -> bits == 8 ? PcmFormat.Encoding.MU_LAW : null;
          default -> null;
        });
  }
}
