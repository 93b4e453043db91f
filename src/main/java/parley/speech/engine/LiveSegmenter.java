package parley.speech.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import parley.speech.engine.InferenceQueue.Priority;

/// Splits one live stream into pieces of speech: voice activity detection, then segmentation.
/// Thread-safe.
public final class LiveSegmenter implements GrowingSpeech, AutoCloseable {
  private final VadSession vad;
  private final InferenceQueue queue;
  private final String owner;
  private final SpeechSegmenter segmenter;
  private final List<Piece> completed = new ArrayList<>();
  private final float[] frame = new float[VoiceActivity.FRAME];
  private int filled;
  private boolean flushing;
  private long samplesAdded;

  /// @param owner whose work the queue gets
  LiveSegmenter(VadSession vad, InferenceQueue queue, String owner, Segmentation segmentation) {
    this.vad = vad;
    this.queue = queue;
    this.owner = owner;
    this.segmenter = new SpeechSegmenter(segmentation, completed::add);
  }

  /// Changes the segmentation from now on, including that of the current piece.
  public synchronized void cut(Segmentation segmentation) {
    segmenter.cut(segmentation);
  }

  /// Adds samples: 16 kHz, −1 to 1.
  ///
  /// @return the pieces that were completed, in order
  public synchronized List<Piece> add(float[] samples, int count) {
    int frames = (filled + count) / VoiceActivity.FRAME;
    float[] sound = new float[frames * VoiceActivity.FRAME];
    int taken = 0;
    if (frames > 0) {
      System.arraycopy(frame, 0, sound, 0, filled);
      taken = sound.length - filled;
      System.arraycopy(samples, 0, sound, filled, taken);
      filled = 0;
      detect(sound);
    }
    System.arraycopy(samples, taken, frame, filled, count - taken);
    filled += count - taken;
    samplesAdded += count;
    return drain();
  }

  /// Requests everything said so far. An utterance that has only just begun continues until there
  /// is enough audio to recognise: [#isFlushing] is true until then, or until [#flushNow] ends it
  /// because no more audio arrives.
  ///
  /// @return the pieces that this completed, in order
  public synchronized List<Piece> flush() {
    flushing = segmenter.isJustBegun();
    return flushing ? List.of() : flushNow();
  }

  /// Like [#flush], but without waiting for more audio.
  public synchronized List<Piece> flushNow() {
    flushing = false;
    segmenter.finish();
    return drain();
  }

  /// Whether a flush is waiting for more audio.
  public synchronized boolean isFlushing() {
    return flushing;
  }

  /// Ends the stream.
  ///
  /// @return the remaining pieces, in order
  public synchronized List<Piece> finish() {
    flushing = false;
    if (filled > 0) {
      Arrays.fill(frame, filled, frame.length, 0);
      filled = 0;
      detect(frame.clone());
    }
    segmenter.finish();
    return drain();
  }

  @Override
  public synchronized Optional<Piece> growing() {
    return segmenter.growing();
  }

  @Override
  public synchronized double reach() {
    return segmenter.extent();
  }

  @Override
  public synchronized OptionalDouble pausedSince() {
    return segmenter.pausedSince();
  }

  /// Returns when somebody began to speak of whom no piece is complete yet, in seconds from the
  /// start of the stream; empty if nobody did, or for less than a syllable.
  public synchronized OptionalDouble speechStart() {
    return segmenter.speechStart();
  }

  /// Whether somebody is speaking, or making a noise that may turn out to be speech.
  public synchronized boolean isSpeaking() {
    return segmenter.isSpeaking();
  }

  /// Returns the seconds of audio added so far.
  public synchronized double seconds() {
    return samplesAdded / (double) VoiceActivity.SAMPLE_RATE;
  }

  @Override
  public synchronized void close() {
    vad.close();
  }

  private void detect(float[] sound) {
    float[] speech = queue.run(Priority.PARTIAL, owner, () -> vad.probabilities(sound));
    for (int frame = 0; frame < speech.length; frame++) {
      segmenter.add(sound, frame * VoiceActivity.FRAME, speech[frame]);
      if (flushing && !segmenter.isJustBegun()) {
        flushing = false;
        segmenter.finish();
      }
    }
  }

  private List<Piece> drain() {
    List<Piece> drained = List.copyOf(completed);
    completed.clear();
    return drained;
  }
}
