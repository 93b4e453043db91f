package parley.speech.engine;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/// Whisper's two networks. The encoder turns a [LogMel] picture into what the decoder attends to;
/// the decoder says for every token how well it would come next.
final class WhisperModel implements AutoCloseable {
  /// Columns of the picture for the 30 seconds that Whisper was trained on, and never more.
  static final int MAX_COLUMNS = 3000;

  /// Tokens that the decoder has positions for.
  static final int MAX_TOKENS = 448;

  private final OrtEnvironment environment = Sessions.environment();
  private final OrtSession encoder;
  private final OrtSession decoder;
  private final WhisperDimensions dimensions;

  private WhisperModel(OrtSession encoder, OrtSession decoder) throws OrtException {
    this.encoder = encoder;
    this.decoder = decoder;
    this.dimensions = WhisperDimensions.of(encoder, decoder);
    if (dimensions.vocabulary() != Vocabulary.SIZE) {
      throw new OrtException(
          "the model has %d tokens, not the %d of Whisper's multilingual vocabulary"
              .formatted(dimensions.vocabulary(), Vocabulary.SIZE));
    }
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

  WhisperDimensions dimensions() {
    return dimensions;
  }

  /// Encodes one window.
  ///
  /// @param mel row by row, mel bands × `columns`, outside the heap; read in place
  /// @param columns even, at most [#MAX_COLUMNS]
  /// @return what the decoder attends to; the caller closes it
  EncodedAudio encode(FloatBuffer mel, int columns) throws OrtException {
    try (OnnxTensor picture =
        OnnxTensor.createTensor(environment, mel, new long[] {1, dimensions.melBands(), columns})) {
      return new EncodedAudio(encoder.run(Map.of("mel", picture)));
    }
  }

  /// Adds tokens to each of the beams of `memory`, as many to each, and remembers them there.
  ///
  /// All beams attend to the one sound: the network spreads its keys over them without copying,
  /// which makes five beams cost about twice as much as one.
  ///
  /// @param tokens beam by beam
  /// @return the logits of what comes after the last token, beam by beam; valid until the next call
  FloatBuffer write(EncodedAudio audio, KeyValueCache cache, long... tokens) throws OrtException {
    int beams = cache.beams();
    int added = tokens.length / beams;
    try (OnnxTensor next =
            OnnxTensor.createTensor(
                environment, LongBuffer.wrap(tokens), new long[] {beams, added});
        KeyValueCache.Step step = cache.step(added)) {
      decoder
          .run(
              Map.of(
                  "tokens",
                  next,
                  "past_k",
                  step.pastKeys(),
                  "past_v",
                  step.pastValues(),
                  "cross_k",
                  audio.keys(),
                  "cross_v",
                  audio.values()),
              Map.of(
                  "logits", step.logits(),
                  "present_k", step.keys(),
                  "present_v", step.values()))
          .close();
      cache.keep(added);
      return cache.logits();
    }
  }

  /// Where the decoder's attention lies while it writes these tokens.
  ///
  /// @return heads × tokens × columns of the sound, 20 ms each
  float[][][] attention(EncodedAudio audio, long... tokens) throws OrtException {
    try (OnnxTensor written =
            OnnxTensor.createTensor(
                environment, LongBuffer.wrap(tokens), new long[] {1, tokens.length});
        OnnxTensor nothing = noPast();
        OrtSession.Result result =
            decoder.run(
                Map.of(
                    "tokens", written,
                    "past_k", nothing,
                    "past_v", nothing,
                    "cross_k", audio.keys(),
                    "cross_v", audio.values()),
                Set.of("alignment"))) {
      return ((float[][][][]) result.get(0).getValue())[0];
    }
  }

  /// Keys, or values, of no tokens at all; the caller closes the tensor.
  private OnnxTensor noPast() throws OrtException {
    return OnnxTensor.createTensor(
        environment,
        DirectMemory.floats(0),
        new long[] {dimensions.layers(), 1, dimensions.heads(), 0, dimensions.headSize()});
  }

  @Override
  public void close() throws OrtException {
    encoder.close();
    decoder.close();
  }
}
