package parley.speech.engine;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Whisper's two networks. The encoder turns a [LogMel] picture into what the decoder attends to;
/// the decoder says for every token how well it would come next. Loaded once, usable by several
/// threads at a time.
final class WhisperModel implements AutoCloseable {
  /// Columns of the picture for the 30 seconds that Whisper was trained on, and never more.
  static final int MOST_COLUMNS = 3000;

  /// Tokens that the decoder has positions for.
  static final int MOST_TOKENS = 448;

  // The dimensions of the base model; the file of another size would say so at the first run.
  private static final int LAYERS = 6;
  private static final int HEADS = 8;
  private static final int HEAD_SIZE = 64;

  private final OrtEnvironment environment = Sessions.environment();
  private final OrtSession encoder;
  private final OrtSession decoder;

  private WhisperModel(OrtSession encoder, OrtSession decoder) {
    this.encoder = encoder;
    this.decoder = decoder;
  }

  /// Loads both networks.
  ///
  /// @param threads that one run may use
  static WhisperModel load(Path encoder, Path decoder, int threads) throws OrtException {
    OrtEnvironment environment = Sessions.environment();
    try (OrtSession.SessionOptions options = Sessions.options(threads)) {
      return new WhisperModel(
          environment.createSession(encoder.toString(), options),
          environment.createSession(decoder.toString(), options));
    }
  }

  /// Listens to one window.
  ///
  /// @param mel row by row, [LogMel#BANDS] × `columns`
  /// @param columns even, at most [#MOST_COLUMNS]
  /// @return what was heard; the caller closes it
  Heard encode(float[] mel, int columns) throws OrtException {
    try (OnnxTensor picture =
        OnnxTensor.createTensor(
            environment, FloatBuffer.wrap(mel), new long[] {1, LogMel.BANDS, columns})) {
      return new Heard(encoder.run(Map.of("mel", picture)));
    }
  }

  @Override
  public void close() throws OrtException {
    encoder.close();
    decoder.close();
  }

  /// The keys and values of the sound.
  static final class Heard implements AutoCloseable {
    private final OrtSession.Result result;

    private Heard(OrtSession.Result result) {
      this.result = result;
    }

    @Override
    public void close() {
      result.close();
    }
  }

  /// Begins to write down what was heard; the caller closes the pen before what was heard.
  Pen pen(Heard heard) throws OrtException {
    return new Pen(heard);
  }

  /// One run through the decoder, token by token. For one thread at a time.
  final class Pen implements AutoCloseable {
    private final Heard heard;
    private final OnnxTensor nothing;
    private OrtSession.@Nullable Result written;

    private Pen(Heard heard) throws OrtException {
      this.heard = heard;
      this.nothing =
          OnnxTensor.createTensor(
              environment, FloatBuffer.allocate(0), new long[] {LAYERS, 1, HEADS, 0, HEAD_SIZE});
    }

    /// Adds tokens after those already written.
    ///
    /// @param scores gets, for each token of the vocabulary, the logit of its coming next
    void write(float[] scores, long... tokens) throws OrtException {
      OnnxTensor keys = written == null ? nothing : (OnnxTensor) written.get(1);
      OnnxTensor values = written == null ? nothing : (OnnxTensor) written.get(2);
      try (OnnxTensor next =
          OnnxTensor.createTensor(
              environment, LongBuffer.wrap(tokens), new long[] {1, tokens.length})) {
        OrtSession.Result result =
            decoder.run(
                Map.of(
                    "tokens", next,
                    "past_k", keys,
                    "past_v", values,
                    "cross_k", (OnnxTensor) heard.result.get(0),
                    "cross_v", (OnnxTensor) heard.result.get(1)));
        if (written != null) {
          written.close();
        }
        written = result;
      }
      ((OnnxTensor) written.get(0)).getFloatBuffer().get(scores);
    }

    @Override
    public void close() {
      if (written != null) {
        written.close();
      }
      nothing.close();
    }
  }
}
