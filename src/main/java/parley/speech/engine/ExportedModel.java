package parley.speech.engine;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A folder with a Whisper model as Hugging Face's `optimum` exports it for ONNX Runtime: the
/// networks, in the folder itself or in `onnx`, and four JSON files that describe them.
///
/// @param encoder the encoder network
/// @param decoder the decoder network, which also takes a cache if there is no `decoderWithPast`
/// @param decoderWithPast the decoder network that takes a cache
/// @param dimensions of the networks
/// @param layout how the model numbers its tokens
/// @param vocabulary its tokens
/// @param alignmentHeads layer and head of each attention head that shows when words are spoken
record ExportedModel(
    Path encoder,
    Path decoder,
    Optional<Path> decoderWithPast,
    WhisperDimensions dimensions,
    TokenLayout layout,
    Vocabulary vocabulary,
    List<AlignmentHead> alignmentHeads) {
  /// Describes the architecture.
  static final String CONFIG = "config.json";

  private static final String FEATURES = "preprocessor_config.json";
  private static final String GENERATION = "generation_config.json";
  private static final String TOKENIZER = "tokenizer.json";

  /// An attention head of the decoder.
  record AlignmentHead(int layer, int head) {}

  ExportedModel {
    alignmentHeads = List.copyOf(alignmentHeads);
  }

  /// Reads a folder.
  ///
  /// @param precisions ends of the networks' names, the first one that is there being used
  /// @throws IOException with one line that says what is missing or does not fit
  static ExportedModel read(Path folder, List<String> precisions) throws IOException {
    JsonNode config = json(folder, CONFIG);
    String type = config.path("model_type").asString("nothing that it names");
    if (!type.equals("whisper")) {
      throw new IOException("The model in " + folder + " is not a Whisper: it is " + type);
    }
    WhisperDimensions dimensions = dimensions(folder, config);
    checkFeatures(folder, json(folder, FEATURES), dimensions);
    JsonNode generation = json(folder, GENERATION);
    JsonNode tokenizer = json(folder, TOKENIZER);
    TokenLayout layout;
    try {
      layout = TokenLayout.of(specialTokens(tokenizer), dimensions.vocabulary());
    } catch (IllegalArgumentException e) {
      throw new IOException("The model in " + folder + " cannot be used: " + e.getMessage(), e);
    }
    for (String precision : precisions) {
      Optional<Path> encoder = network(folder, "encoder_model" + precision);
      Optional<Path> merged = network(folder, "decoder_model_merged" + precision);
      Optional<Path> first = network(folder, "decoder_model" + precision);
      Optional<Path> next = network(folder, "decoder_with_past_model" + precision);
      if (encoder.isPresent() && (merged.isPresent() || (first.isPresent() && next.isPresent()))) {
        return new ExportedModel(
            encoder.get(),
            merged.orElseGet(first::orElseThrow),
            merged.isPresent() ? Optional.empty() : next,
            dimensions,
            layout,
            vocabulary(tokenizer, generation),
            alignmentHeads(generation));
      }
    }
    throw new NoSuchFileException(
        folder.toString(),
        null,
        "it lacks encoder_model.onnx, or decoder_model_merged.onnx, or both decoder_model.onnx and"
            + " decoder_with_past_model.onnx of the same precision"
            + (precisions.contains("_int8")
                ? ""
                : "; on a GPU that is encoder_model_fp16.onnx and so on, or encoder_model.onnx"));
  }

  private static Optional<Path> network(Path folder, String name) {
    return List.of(folder.resolve("onnx"), folder).stream()
        .map(place -> place.resolve(name + ".onnx"))
        .filter(Files::isRegularFile)
        .findFirst();
  }

  private static JsonNode json(Path folder, String name) throws IOException {
    Path file = folder.resolve(name);
    if (!Files.isRegularFile(file)) {
      throw new NoSuchFileException(file.toString(), null, "the model lacks this file");
    }
    try {
      return JsonMapper.shared().readTree(Files.readString(file));
    } catch (JacksonException | CharacterCodingException e) {
      throw new IOException("The model file " + file + " is damaged: it is not JSON", e);
    }
  }

  private static WhisperDimensions dimensions(Path folder, JsonNode config) throws IOException {
    int heads = number(folder, config, "decoder_attention_heads");
    int width = number(folder, config, "d_model");
    WhisperDimensions dimensions =
        new WhisperDimensions(
            number(folder, config, "num_mel_bins"),
            number(folder, config, "decoder_layers"),
            heads,
            width / heads,
            number(folder, config, "vocab_size"));
    require(folder, config, "max_source_positions", WhisperModel.MAX_COLUMNS / 2);
    require(folder, config, "max_target_positions", WhisperModel.MAX_TOKENS);
    return dimensions;
  }

  private static void checkFeatures(Path folder, JsonNode features, WhisperDimensions dimensions)
      throws IOException {
    require(folder, features, "feature_size", dimensions.melBands());
    require(folder, features, "sampling_rate", VoiceActivity.SAMPLE_RATE);
    require(folder, features, "hop_length", LogMel.HOP);
    require(folder, features, "n_fft", Fft.LENGTH);
  }

  private static int number(Path folder, JsonNode json, String name) throws IOException {
    int number = json.path(name).asInt(0);
    if (number <= 0) {
      throw new IOException("The model in " + folder + " does not say its " + name);
    }
    return number;
  }

  private static void require(Path folder, JsonNode json, String name, int expected)
      throws IOException {
    int number = number(folder, json, name);
    if (number != expected) {
      throw new IOException(
          "The model in %s has %s %d, not %d".formatted(folder, name, number, expected));
    }
  }

  private static Map<String, Integer> specialTokens(JsonNode tokenizer) {
    Map<String, Integer> special = new HashMap<>();
    for (JsonNode token : tokenizer.path("added_tokens").values()) {
      special.put(token.path("content").asString(""), token.path("id").asInt(-1));
    }
    return special;
  }

  private static Vocabulary vocabulary(JsonNode tokenizer, JsonNode generation) {
    List<byte[]> tokens = new ArrayList<>();
    tokenizer
        .path("model")
        .path("vocab")
        .properties()
        .forEach(entry -> {
          int token = entry.getValue().asInt(-1);
          while (tokens.size() <= token && token < Vocabulary.END_OF_TEXT) {
            tokens.add(new byte[0]);
          }
          if (token >= 0 && token < tokens.size()) {
            tokens.set(token, bytes(entry.getKey()));
          }
        });
    List<Integer> suppressed =
        generation.path("suppress_tokens").values().stream()
            .map(token -> token.asInt(-1))
            .filter(token -> token >= 0 && token < Vocabulary.END_OF_TEXT)
            .toList();
    return Vocabulary.of(TokenTable.of(tokens), suppressed);
  }

  /// Returns the bytes of a token, which GPT-2's `encoder.py` writes as one printable character
  /// each: those that are not printable follow after 255, in order.
  private static byte[] bytes(String token) {
    StringBuilder latin = new StringBuilder();
    for (int i = 0; i < token.length(); i++) {
      char letter = token.charAt(i);
      latin.append(letter < 256 ? letter : Unprintable.BYTES.getOrDefault(letter, '?'));
    }
    return latin.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  /// The bytes that are not printable in Latin-1, by the characters that stand for them.
  private static final class Unprintable {
    static final Map<Character, Character> BYTES = new HashMap<>();

    static {
      char stand = 256;
      for (char value = 0; value < 256; value++) {
        boolean printable =
            (value >= '!' && value <= '~')
                || (value >= '\u00A1' && value <= '\u00AC')
                || value >= '\u00AE';
        if (!printable) {
          BYTES.put(stand++, value);
        }
      }
    }
  }

  private static List<AlignmentHead> alignmentHeads(JsonNode generation) {
    return generation.path("alignment_heads").values().stream()
        .map(pair -> new AlignmentHead(pair.path(0).asInt(0), pair.path(1).asInt(0)))
        .toList();
  }
}
