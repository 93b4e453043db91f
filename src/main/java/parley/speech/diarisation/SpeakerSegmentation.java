package parley.speech.diarisation;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import parley.speech.engine.EngineUnavailable;
import parley.speech.engine.Sessions;

/// pyannote's segmentation 3.0: who of up to three people, whoever they are, speaks in each frame
/// of ten seconds, alone or at once with another. Any number of threads may use it at a time.
public final class SpeakerSegmentation implements AutoCloseable {
  /// Samples of one window: ten seconds.
  public static final int WINDOW = 160_000;

  /// Frames of one window, see [Activity].
  public static final int FRAMES = 589;

  /// Nothing is said in a window that never gets louder than this: what dither leaves.
  private static final float SILENT = 1.5f / 32_768;

  private final OrtEnvironment environment = Sessions.environment();
  private final OrtSession session;

  private SpeakerSegmentation(OrtSession session) {
    this.session = session;
  }

  static SpeakerSegmentation load(Path model, int threads) throws OrtException {
    try (OrtSession.SessionOptions options = Sessions.options(threads)) {
      return new SpeakerSegmentation(
          Sessions.environment().createSession(model.toString(), options));
    }
  }

  /// Segments windows, each for itself: the first voice of one need not be that of another. Takes
  /// about 45 ms of one processor a window, a fifth less than one by one.
  ///
  /// @param windows of [#WINDOW] samples each, 16 kHz
  /// @return for each window and frame the probability of each of three voices
  /// @throws UncheckedIOException of [EngineUnavailable] when the model fails
  public List<float[][]> segment(List<float[]> windows) {
    List<float[]> sounding = windows.stream().filter(w -> !silent(w)).toList();
    List<float[][]> segmented = sounding.isEmpty() ? List.of() : run(sounding);
    List<float[][]> all = new ArrayList<>();
    int next = 0;
    for (float[] window : windows) {
      all.add(silent(window) ? new float[FRAMES][Activity.VOICES] : segmented.get(next++));
    }
    return all;
  }

  private List<float[][]> run(List<float[]> windows) {
    FloatBuffer input =
        ByteBuffer.allocateDirect(windows.size() * WINDOW * Float.BYTES)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    for (float[] window : windows) {
      input.put(window, 0, WINDOW);
    }
    input.rewind();
    try (OnnxTensor tensor =
            OnnxTensor.createTensor(environment, input, new long[] {windows.size(), 1, WINDOW});
        OrtSession.Result result = session.run(Map.of("waveform", tensor))) {
      FloatBuffer logits = ((OnnxTensor) result.get(0)).getFloatBuffer();
      List<float[][]> segmented = new ArrayList<>();
      float[] classes = new float[Powerset.CLASSES];
      for (int window = 0; window < windows.size(); window++) {
        float[][] frames = new float[FRAMES][];
        for (int frame = 0; frame < FRAMES; frame++) {
          logits.get(classes);
          frames[frame] = Powerset.probabilities(classes);
        }
        segmented.add(frames);
      }
      return segmented;
    } catch (OrtException | IllegalStateException e) {
      // A session that was closed throws the latter.
      throw EngineUnavailable.unchecked(e);
    }
  }

  private static boolean silent(float[] window) {
    for (float sample : window) {
      if (Math.abs(sample) > SILENT) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("The session was closed twice", e);
    }
  }
}
