package parley.speech.engine;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.file.Path;

/// Silero's VAD model: the speech probability of each frame of 32 ms. A loaded model serves any
/// number of [VadSession]s.
final class VoiceActivity implements AutoCloseable {
  static final int SAMPLE_RATE = 16_000;

  /// Samples per frame.
  static final int FRAME = 512;

  private final OrtSession session;
  private final OnnxTensor sampleRate;

  private VoiceActivity(OrtSession session, OnnxTensor sampleRate) {
    this.session = session;
    this.sampleRate = sampleRate;
  }

  static VoiceActivity load(Path model) throws OrtException {
    OrtEnvironment environment = Sessions.environment();
    try (OrtSession.SessionOptions options = Sessions.options(1)) {
      return new VoiceActivity(
          environment.createSession(model.toString(), options),
          OnnxTensor.createTensor(environment, 16_000L));
    }
  }

  /// Returns the number of frames nearest to a duration.
  static int frames(double seconds) {
    return (int) Math.round(seconds * SAMPLE_RATE / FRAME);
  }

  /// Returns the duration of this many frames, in seconds.
  static double seconds(long frames) {
    return frames * (double) FRAME / SAMPLE_RATE;
  }

  /// Starts detection over one stream; the caller closes the session.
  VadSession open() throws OrtException {
    return new VadSession(session, sampleRate);
  }

  @Override
  public void close() throws OrtException {
    sampleRate.close();
    session.close();
  }
}
