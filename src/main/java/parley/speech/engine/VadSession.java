package parley.speech.engine;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.util.Map;

/// Voice activity detection over one stream. Not thread-safe.
final class VadSession implements AutoCloseable {
  /// Samples of the previous frame that the model also sees.
  private static final int CONTEXT = 64;

  private static final int STATE = 2 * 128;

  /// Peak of a silent frame: one step of 16 bits, which is what dither leaves. A voice at −60 dB
  /// still has ten.
  private static final float SILENT = 1.5f / 32_768;

  /// After this many silent frames (one second) the model's state has settled; further ones need no
  /// inference, which makes long silence nearly free.
  private static final int FRAMES_OF_SILENCE = 31;

  private final OrtSession model;
  private final OnnxTensor sampleRate;
  private final FloatBuffer sound = DirectMemory.floats(CONTEXT + VoiceActivity.FRAME);
  private final FloatBuffer state = DirectMemory.floats(STATE);
  private final OnnxTensor soundTensor;
  private final OnnxTensor stateTensor;
  private final AutomaticGain gain = new AutomaticGain();

  /// The end of the previous frame, without gain.
  private final float[] before = new float[CONTEXT];

  private int silentFrames;

  VadSession(OrtSession model, OnnxTensor sampleRate) throws OrtException {
    this.model = model;
    this.sampleRate = sampleRate;
    soundTensor =
        OnnxTensor.createTensor(
            Sessions.environment(), sound, new long[] {1, CONTEXT + VoiceActivity.FRAME});
    stateTensor = OnnxTensor.createTensor(Sessions.environment(), state, new long[] {2, 1, 128});
  }

  /// Returns the speech probability of each frame of the next samples; the last frame is padded
  /// with silence.
  float[] probabilities(float[] samples) throws OrtException {
    float[] speech = new float[(samples.length + VoiceActivity.FRAME - 1) / VoiceActivity.FRAME];
    for (int frame = 0; frame < speech.length; frame++) {
      speech[frame] = probability(samples, frame * VoiceActivity.FRAME);
    }
    return speech;
  }

  /// Returns the speech probability of the next frame.
  ///
  /// @param samples the frame is the [VoiceActivity#FRAME] samples from `offset`; beyond the end it
  ///   is padded with silence
  private float probability(float[] samples, int offset) throws OrtException {
    float amplified = gain.next(samples, offset);
    for (int i = 0; i < CONTEXT; i++) {
      sound.put(i, Math.clamp(before[i] * amplified, -1f, 1f));
    }
    boolean silent = true;
    for (int i = 0; i < VoiceActivity.FRAME; i++) {
      float sample = offset + i < samples.length ? samples[offset + i] : 0;
      sound.put(CONTEXT + i, Math.clamp(sample * amplified, -1f, 1f));
      silent = silent && Math.abs(sample) <= SILENT;
      if (i >= VoiceActivity.FRAME - CONTEXT) {
        before[i - VoiceActivity.FRAME + CONTEXT] = sample;
      }
    }
    silentFrames = silent ? silentFrames + 1 : 0;
    if (silentFrames > FRAMES_OF_SILENCE) {
      return 0;
    }
    try (OrtSession.Result result =
        model.run(Map.of("input", soundTensor, "state", stateTensor, "sr", sampleRate))) {
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
