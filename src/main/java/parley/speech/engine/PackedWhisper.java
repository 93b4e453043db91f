package parley.speech.engine;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Whisper as `models/convert` writes it: the encoder computes the keys and values that the decoder
/// attends to, and each kind of them is one tensor for all layers (interface in
/// `models/README.md`).
final class PackedWhisper implements WhisperModel {
  private final OrtEnvironment environment = Sessions.environment();
  private final OrtSession encoder;
  private final OrtSession decoder;
  private final WhisperDimensions dimensions;

  private PackedWhisper(OrtSession encoder, OrtSession decoder) throws OrtException {
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
  static PackedWhisper load(Path encoder, Path decoder, int threads) throws OrtException {
    OrtEnvironment environment = Sessions.environment();
    try (OrtSession.SessionOptions options = Sessions.options(threads)) {
      return new PackedWhisper(
          environment.createSession(encoder.toString(), options),
          environment.createSession(decoder.toString(), options));
    }
  }

  @Override
  public WhisperDimensions dimensions() {
    return dimensions;
  }

  @Override
  public TokenLayout layout() {
    return TokenLayout.MULTILINGUAL;
  }

  @Override
  public boolean needsFullWindow() {
    return false;
  }

  @Override
  public EncodedAudio encode(FloatBuffer mel, int columns) throws OrtException {
    try (OnnxTensor picture =
        OnnxTensor.createTensor(environment, mel, new long[] {1, dimensions.melBands(), columns})) {
      return new EncodedAudio(encoder.run(Map.of("mel", picture)));
    }
  }

  /// All beams attend to the same audio: the network broadcasts its keys without copying, so five
  /// beams cost about twice as much as one.
  @Override
  public FloatBuffer write(EncodedAudio audio, KeyValueCache cache, long... tokens)
      throws OrtException {
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

  @Override
  public Optional<float[][][]> attention(EncodedAudio audio, long... tokens) throws OrtException {
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
      return Optional.of(((float[][][][]) result.get(0).getValue())[0]);
    }
  }

  /// Returns the keys, or values, of an empty cache; the caller closes the tensor.
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
