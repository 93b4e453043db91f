package parley.speech.decoding;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Decodes raw PCM: mixes down the channels and converts the sample rate.
public final class PcmDecoder implements SoundDecoder {
  private static final int BLOCK = 4096;

  private final PcmFormat format;
  private final Resampler resampler;
  private final ByteBuffer partialFrame;
  private final ChannelMix mix;
  private final float[] block;

  /// Number of complete frames in the block.
  private int filled;

  public PcmDecoder(PcmFormat format, SampleSink sink) {
    this.format = format;
    this.resampler = new Resampler(format.rate(), sink);
    this.mix = new ChannelMix(format.channels());
    this.block = new float[BLOCK * format.channels()];
    this.partialFrame = ByteBuffer.allocate(format.frameBytes()).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public void write(ByteBuffer bytes) {
    ByteBuffer from = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    bytes.position(bytes.limit());
    while (partialFrame.position() > 0 && from.hasRemaining()) {
      partialFrame.put(from.get());
      if (!partialFrame.hasRemaining()) {
        partialFrame.flip();
        add(partialFrame);
        partialFrame.clear();
      }
    }
    while (from.remaining() >= format.frameBytes()) {
      add(from);
    }
    partialFrame.put(from);
    flush();
  }

  @Override
  public void settle() {
    // Each write emits all complete frames.
  }

  @Override
  public void end() {
    // An incomplete frame is dropped.
    flush();
    resampler.end();
  }

  @Override
  public void close() {
    // There is nothing to release.
  }

  /// Drops an incomplete frame: whole frames follow.
  void dropPartialFrame() {
    partialFrame.clear();
  }

  private void add(ByteBuffer from) {
    int at = filled * format.channels();
    for (int channel = 0; channel < format.channels(); channel++) {
      block[at + channel] = format.read(from);
    }
    filled++;
    if (filled == BLOCK) {
      flush();
    }
  }

  private void flush() {
    mix.mix(block, filled);
    resampler.take(block, filled);
    filled = 0;
  }
}
