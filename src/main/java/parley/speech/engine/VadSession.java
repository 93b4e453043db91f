package parley.speech.engine;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.util.Map;

/// Voice activity detection over one stream, from its start. For one thread at a time.
final class VadSession implements AutoCloseable {
  /// Samples before the frame that the model also sees.
  private static final int CONTEXT = 64;

  private static final int STATE = 2 * 128;

  /// Nothing is said in a sound that never gets louder than this: one step of 16 bits, which is
  /// what dither leaves. A voice 60 dB down still has ten.
  private static final float SILENT = 1.5f / 32_768;

  /// So many silent frames, one second, leave the model in the state of silence; those after them
  /// need no run of the model, which makes long silence nearly free.
  private static final int FRAMES_OF_SILENCE = 31;

  private final OrtSession model;
  private final OnnxTensor sampleRate;
  private final FloatBuffer sound = DirectMemory.floats(CONTEXT + VoiceActivity.FRAME);
  private final FloatBuffer state = DirectMemory.floats(STATE);
  private final OnnxTensor soundTensor;
  private final OnnxTensor stateTensor;
  private final AutomaticGain gain = new AutomaticGain();

  /// The end of the frame before, not amplified.
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

  /// The probability of speech in each frame of the next samples; the last one is filled up with
  /// silence.
  float[] probabilities(float[] samples) throws OrtException {
    float[] speech = new float[(samples.length + VoiceActivity.FRAME - 1) / VoiceActivity.FRAME];
    for (int frame = 0; frame < speech.length; frame++) {
      speech[frame] = probability(samples, frame * VoiceActivity.FRAME);
    }
    return speech;
  }

  /// Judges the next frame.
  ///
  /// @param samples of which the next [VoiceActivity#FRAME] from `offset` on are judged; silence
  ///   after the end
  /// @return the probability of speech in the frame
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
