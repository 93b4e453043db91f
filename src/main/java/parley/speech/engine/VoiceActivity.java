package parley.speech.engine;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Map;

/// Silero's voice activity model: how likely each 32 ms of sound hold speech. One loaded model
/// serves any number of [Ear]s.
final class VoiceActivity implements AutoCloseable {
  static final int SAMPLE_RATE = 16_000;

  /// Samples that are judged at once.
  static final int FRAME = 512;

  /// Samples before the frame that the model also sees.
  private static final int CONTEXT = 64;

  private static final int STATE = 2 * 128;

  /// Nothing is said in a sound that never gets louder than this: one step of 16 bits, which is
  /// what dither leaves. A voice 60 dB down still has ten.
  private static final float SILENT = 1.5f / 32_768;

  /// So many silent frames, one second, leave the model in the state of silence; those after them
  /// need no look, which makes long silence nearly free.
  private static final int FRAMES_OF_SILENCE = 31;

  private final OrtEnvironment environment = Sessions.environment();
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

  /// Begins to listen to one stream; the caller closes the ear.
  Ear listen() throws OrtException {
    return new Ear();
  }

  @Override
  public void close() throws OrtException {
    sampleRate.close();
    session.close();
  }

  /// Listens to one stream from its start on. For one thread at a time.
  final class Ear implements AutoCloseable {
    private final FloatBuffer sound = DirectMemory.floats(CONTEXT + FRAME);
    private final FloatBuffer state = DirectMemory.floats(STATE);
    private final OnnxTensor soundTensor;
    private final OnnxTensor stateTensor;
    private final AutomaticGain gain = new AutomaticGain();

    /// The end of the frame before, not amplified.
    private final float[] before = new float[CONTEXT];

    private int silentFrames;

    private Ear() throws OrtException {
      soundTensor = OnnxTensor.createTensor(environment, sound, new long[] {1, CONTEXT + FRAME});
      stateTensor = OnnxTensor.createTensor(environment, state, new long[] {2, 1, 128});
    }

    /// Judges the next frame.
    ///
    /// @param samples of which the next [#FRAME] from `offset` on are judged; silence after the end
    /// @return the probability of speech in the frame
    float hear(float[] samples, int offset) throws OrtException {
      float amplified = gain.next(samples, offset);
      for (int i = 0; i < CONTEXT; i++) {
        sound.put(i, Math.clamp(before[i] * amplified, -1f, 1f));
      }
      boolean silent = true;
      for (int i = 0; i < FRAME; i++) {
        float sample = offset + i < samples.length ? samples[offset + i] : 0;
        sound.put(CONTEXT + i, Math.clamp(sample * amplified, -1f, 1f));
        silent = silent && Math.abs(sample) <= SILENT;
        if (i >= FRAME - CONTEXT) {
          before[i - FRAME + CONTEXT] = sample;
        }
      }
      silentFrames = silent ? silentFrames + 1 : 0;
      if (silentFrames > FRAMES_OF_SILENCE) {
        return 0;
      }
      try (OrtSession.Result result =
          session.run(Map.of("input", soundTensor, "state", stateTensor, "sr", sampleRate))) {
        state.put(0, ((OnnxTensor) result.get(1)).getFloatBuffer(), 0, STATE);
        return ((OnnxTensor) result.get(0)).getFloatBuffer().get(0);
      }
    }

    @Override
    public void close() {
      soundTensor.close();
      stateTensor.close();
    }
  }
}
