package parley.speech.decoding;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import parley.problem.Problem;
import parley.problem.ProblemCode;

/// Decodes a WAV file as it arrives. Sizes that a writer did not know when it began, 0 and
/// 0xFFFFFFFF, mean that the sound goes on to the end. Another header, as recorders write that are
/// started anew or make each chunk a file of its own, begins more sound. What is no WAV after all,
/// or holds something compressed, goes to another decoder with all bytes from the first on.
public final class WavDecoder implements SoundDecoder {
  /// Headers are small; some hold a picture or a long comment.
  private static final int MAX_HEADER_BYTES = 1 << 20;

  /// A chunk's name and size.
  private static final int CHUNK_HEAD = 8;

  private final SampleSink sink;
  private final Function<SampleSink, SoundDecoder> otherwise;
  private ByteBuffer header = ByteBuffer.allocate(256);
  private @Nullable SoundDecoder content;
  private @Nullable PcmDecoder samples;

  /// The samples' format; null where something else decodes.
  private @Nullable PcmFormat known;

  /// Bytes left of the sound, and of what stands behind it and is none.
  private long left;

  private long passedOver;

  /// Bytes that may begin another header, or the name of what stands behind the sound.
  private byte[] held = new byte[0];

  private volatile boolean closed;

  /// @param otherwise makes the decoder for what this one does not know
  public WavDecoder(SampleSink sink, Function<SampleSink, SoundDecoder> otherwise) {
    this.sink = sink;
    this.otherwise = otherwise;
  }

  /// For what ffmpeg was asked to write.
  static WavDecoder ofFfmpeg(SampleSink sink) {
    return new WavDecoder(
        sink,
        ignored -> {
          throw new IllegalStateException("ffmpeg wrote something else than it was asked for");
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

  /// How many channels the sound has; 0 before that is known.
  int channels() {
    return known == null ? 0 : known.channels();
  }

  /// Whether anything came.
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
      // Another header was cut off; what came before it is heard.
      samples.end();
      return;
    }
    if (decoder == null && header.position() > 0) {
      throw new Problem(ProblemCode.UNSUPPORTED_MEDIA, "The WAV ends within its header.");
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
        throw new Problem(ProblemCode.UNSUPPORTED_MEDIA, "The WAV's header does not end.");
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
      // Chunks have an even length.
      long next = from.position() + size + (size & 1);
      if (next > MAX_HEADER_BYTES) {
        throw new Problem(ProblemCode.UNSUPPORTED_MEDIA, "The WAV's header is broken.");
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

  /// One that goes on where the format stays, so that no sample is lost between the filters of two.
  private SoundDecoder decoder(PcmFormat format) {
    PcmDecoder before = samples;
    if (before != null && format.equals(known)) {
      before.forgetHalfSample();
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
    passedOver = 0;
    header = ByteBuffer.allocate(256);
    if (closed) {
      decoder.close();
    }
    follow(decoder, bytes);
  }

  /// Passes on what is sound, and begins anew where there is another header.
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
      passOn(decoder, all, next < 0 ? all.limit() - unclear(all) : next);
      if (next >= 0) {
        all.position(next);
        content = null;
        write(all);
        return;
      }
      if (all.remaining() <= unclear(all)) {
        held = new byte[all.remaining()];
        all.get(held);
      }
    }
  }

  /// Passes on sound up to `end`, and passes over what stands behind it, such as names.
  private void passOn(SoundDecoder decoder, ByteBuffer all, int end) throws IOException {
    while (all.position() < end) {
      if (left > 0) {
        int count = (int) Math.min(left, end - all.position());
        left -= count;
        decoder.write(all.slice(all.position(), count));
        all.position(all.position() + count);
      } else if (passedOver > 0) {
        int count = (int) Math.min(passedOver, end - all.position());
        passedOver -= count;
        all.position(all.position() + count);
      } else if (all.remaining() < WavHeader.SIGN_BYTES) {
        return;
      } else {
        ByteBuffer chunk = all.slice(all.position(), CHUNK_HEAD).order(ByteOrder.LITTLE_ENDIAN);
        String name = WavHeader.name(chunk);
        long size = chunk.getInt() & 0xFFFF_FFFFL;
        if (name.equals("data")) {
          all.position(all.position() + CHUNK_HEAD);
          left = size;
        } else if (isBehind(name, size)) {
          all.position(all.position() + CHUNK_HEAD);
          passedOver = size + (size & 1);
        } else {
          // The header told the size of the first chunk alone; more sound follows without one.
          left = Long.MAX_VALUE;
        }
      }
    }
  }

  /// Whether a chunk of no sound may begin so, or padding. Chunks have names in ASCII, and those
  /// that writers put behind the sound are small; samples look so once in thousands of times.
  private static boolean isBehind(String name, long size) {
    boolean padding = size == 0 && name.equals("\0\0\0\0");
    return padding
        || (size <= MAX_HEADER_BYTES && name.chars().allMatch(c -> c >= ' ' && c <= '~'));
  }

  /// Bytes at the end that may be the beginning of a header, or of a chunk's head.
  private int unclear(ByteBuffer all) {
    if (left == 0 && passedOver == 0) {
      return Math.min(all.remaining(), WavHeader.SIGN_BYTES - 1);
    }
    for (int length = Math.min(all.remaining(), WavHeader.SIGN_BYTES - 1); length > 0; length--) {
      if (WavHeader.isSign(all, all.limit() - length)) {
        return length;
      }
    }
    return 0;
  }
}
