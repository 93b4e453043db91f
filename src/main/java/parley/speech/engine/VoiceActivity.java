package parley.speech.engine;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
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

  /// Loads the model that a folder's `models.json` names; the caller closes it.
  ///
  /// @throws IOException with one line that says what is missing or damaged
  static VoiceActivity load(Path folder) throws IOException {
    ModelFiles files = ModelFiles.in(folder);
    ModelCatalogue.VoiceActivityDetector named = files.catalogue().voiceActivity();
    if (named == null) {
      throw new IOException(
          "The model catalogue %s names no \"voice_activity\""
              .formatted(folder.resolve(ModelCatalogue.FILE)));
    }
    OrtEnvironment environment = Sessions.environment();
    try (OrtSession.SessionOptions options = Sessions.options(1)) {
      return new VoiceActivity(
          environment.createSession(files.checked(named.network()).toString(), options),
          OnnxTensor.createTensor(environment, 16_000L));
    } catch (OrtException e) {
      throw new IOException(
          "The model in %s cannot be loaded: %s".formatted(folder, ModelFiles.inOneLine(e)), e);
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
