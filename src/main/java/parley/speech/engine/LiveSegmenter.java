package parley.speech.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import parley.speech.engine.InferenceQueue.Priority;

/// Segments one live stream: voice activity detection, then pieces of speech. For any thread, one
/// at a time.
public final class LiveSegmenter implements GrowingSpeech, AutoCloseable {
  private final VadSession vad;
  private final InferenceQueue queue;
  private final SpeechSegmenter segmenter;
  private final List<Piece> whole = new ArrayList<>();
  private final float[] frame = new float[VoiceActivity.FRAME];
  private int filled;
  private boolean flushing;
  private long samplesAdded;

  LiveSegmenter(VadSession vad, InferenceQueue queue, Segmentation segmentation) {
    this.vad = vad;
    this.queue = queue;
    this.segmenter = new SpeechSegmenter(segmentation, whole::add);
  }

  /// Cuts in another way from now on, the growing piece included.
  public synchronized void cut(Segmentation segmentation) {
    segmenter.cut(segmentation);
  }

  /// Adds the next samples: 16 kHz, −1 to 1.
  ///
  /// @return the pieces that became whole, in order
  public synchronized List<Piece> add(float[] samples, int count) {
    int frames = (filled + count) / VoiceActivity.FRAME;
    float[] sound = new float[frames * VoiceActivity.FRAME];
    int taken = 0;
    if (frames > 0) {
      System.arraycopy(frame, 0, sound, 0, filled);
      taken = sound.length - filled;
      System.arraycopy(samples, 0, sound, filled, taken);
      filled = 0;
      judge(sound);
    }
    System.arraycopy(samples, taken, frame, filled, count - taken);
    filled += count - taken;
    samplesAdded += count;
    return taken(whole);
  }

  /// Says that what was said so far is wanted now. Who has just begun to speak is heard a moment
  /// longer, until there is enough to understand: then [#isFlushing] until more was heard, or
  /// [#flushNow] says that nothing comes.
  ///
  /// @return the pieces that became whole by that, in order
  public synchronized List<Piece> flush() {
    flushing = segmenter.isJustBegun();
    return flushing ? List.of() : flushNow();
  }

  /// As [#flush], whatever follows.
  public synchronized List<Piece> flushNow() {
    flushing = false;
    segmenter.finish();
    return taken(whole);
  }

  /// Whether what is wanted has to wait for more sound.
  public synchronized boolean isFlushing() {
    return flushing;
  }

  /// Says that nothing will follow.
  ///
  /// @return the last pieces, in order
  public synchronized List<Piece> finish() {
    if (filled > 0) {
      Arrays.fill(frame, filled, frame.length, 0);
      filled = 0;
      judge(frame.clone());
    }
    segmenter.finish();
    return taken(whole);
  }

  @Override
  public synchronized Optional<Piece> growing() {
    return segmenter.growing();
  }

  @Override
  public synchronized double reach() {
    return segmenter.extent();
  }

  /// Seconds added so far.
  public synchronized double seconds() {
    return samplesAdded / (double) VoiceActivity.SAMPLE_RATE;
  }

  /// Forgets the stream.
  @Override
  public synchronized void close() {
    vad.close();
  }

  private void judge(float[] sound) {
    float[] speech = queue.run(Priority.PARTIAL, () -> vad.probabilities(sound));
    for (int frame = 0; frame < speech.length; frame++) {
      segmenter.add(sound, frame * VoiceActivity.FRAME, speech[frame]);
      if (flushing && !segmenter.isJustBegun()) {
        flushing = false;
        segmenter.finish();
      }
    }
  }

  private static List<Piece> taken(List<Piece> segmenter) {
    List<Piece> taken = List.copyOf(segmenter);
    segmenter.clear();
    return taken;
  }
}
