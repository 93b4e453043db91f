package parley.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.commons.codec.digest.MessageDigestAlgorithms;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import parley.speech.Recordings;
import parley.speech.engine.ModelFolders;
import parley.speech.engine.SpeechEngine;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestCommand;
import parley.testing.TestForm;
import parley.testing.TestServer;
import parley.testing.TestSocket;

/// Recognition with a Whisper of the operator's own, as `optimum` exports it.
@Tag("slow")
class OwnModelTest {
  private static final Path MODEL = resource("/models/whisper-random");
  private static final String ECHO = "/v1/modules/scaiecho/transcribe";

  @TempDir Path folder;

  @Test
  void answersWithTheNameOfTheModel() throws Exception {
    try (TestServer server = TestServer.start(Map.of("speech.model", MODEL.toString()))) {
      TestCaller alice = server.newTenant();

      Answer answer = alice.post(ECHO, jfk().field("language_hint", "en"));

      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.at("/data/model")).isEqualTo("whisper-random");
      assertThat(answer.at("/data/audio_duration_ms")).isEqualTo("3000");
      Answer openAi =
          alice.post("/v1/audio/transcriptions", jfk().field("response_format", "text"));
      assertThat(openAi.header("openai-model")).isEqualTo("whisper-random");
      Answer events = alice.post("/v1/audio/transcriptions", jfk().field("stream", "true"));
      assertThat(events.text()).contains("\"model\":\"whisper-random\"");
      try (TestSocket stream = alice.socket("/v1/modules/scaiecho/stream/transcribe")) {
        stream.send("{\"type\":\"open\",\"media_type\":\"audio/flac\"}");
        assertThat(stream.json().get("model").asString()).isEqualTo("whisper-random");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "config.json, 'neither a models.json nor a config.json'",
    "preprocessor_config.json, 'the model lacks this file'",
    "generation_config.json, 'the model lacks this file'",
    "tokenizer.json, 'the model lacks this file'",
    "onnx/encoder_model.onnx, 'it lacks encoder_model.onnx'",
    "onnx/decoder_model_merged.onnx, 'decoder_with_past_model.onnx of the same precision'"
  })
  void namesAFileThatIsMissing(String name, String why) throws Exception {
    Files.delete(copy().resolve(name));

    assertRefused(why);
  }

  @ParameterizedTest
  @CsvSource({
    "config.json, '\"whisper\"', '\"moonshine\"', 'is not a Whisper: it is moonshine'",
    "config.json, '\"num_mel_bins\": 128', '\"num_mel_bins\": 80', 'has feature_size 128, not 80'",
    "config.json, '\"decoder_layers\": 1', '\"decoder_layers\": 2', 'cannot be loaded: '",
    "tokenizer.json, '<|transcribe|>', '<|other|>', 'its tokenizer has no token <|transcribe|>'",
    "tokenizer.json, '{', '', 'is damaged: it is not JSON'"
  })
  void saysWhatDoesNotFit(String name, String old, String replacement, String why)
      throws Exception {
    Path file = copy().resolve(name);
    String content = Files.readString(file);
    int at = content.indexOf(old);
    assertThat(at).isNotNegative();
    Files.writeString(
        file, content.substring(0, at) + replacement + content.substring(at + old.length()));

    assertRefused(why);
  }

  @ParameterizedTest
  @CsvSource({"encoder_model.onnx", "decoder_model_merged.onnx"})
  void namesANetworkThatIsCutOff(String name) throws Exception {
    Path file = copy().resolve("onnx").resolve(name);
    byte[] content = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(content, content.length / 2));

    assertRefused(name);
  }

  @Test
  void listsTheModelsAndTriesThemOut() throws Exception {
    TestCommand models = TestCommand.run("models");

    assertThat(models.status()).isZero();
    assertThat(models.out())
        .contains("checksum ok  whisper-base/encoder.int8.onnx")
        .contains("ask not what your country can do for you")
        .contains("11.0 s of speech in");
  }

  /// A folder of the quick English model: the names of the networks, and where they come from.
  @ParameterizedTest
  @CsvSource({
    "moonshine-base-en/encoder.int8.onnx, moonshine-base-en/decoder.int8.onnx, ''",
    "whisper-base/encoder.int8.onnx, moonshine-base-en/decoder.int8.onnx, no tensor 'input_values'",
    "moonshine-base-en/encoder.int8.onnx, whisper-base/decoder.int8.onnx, has 51865 tokens"
  })
  void takesAnotherQuickModelForEnglishIfItFits(String encoder, String decoder, String why)
      throws Exception {
    Path model = Files.createDirectories(folder.resolve("model"));
    Path models = Path.of("models").toAbsolutePath();
    Files.copy(models.resolve(encoder), model.resolve("encoder.onnx"));
    Files.copy(models.resolve(decoder), model.resolve("decoder.onnx"));
    Files.copy(models.resolve("moonshine-base-en/vocabulary.bin"), model.resolve("vocabulary.bin"));
    Files.writeString(
        model.resolve("models.json"),
        """
        {"partials": {"name": "own", "encoder": "encoder.onnx", "decoder": "decoder.onnx",
        "vocabulary": "vocabulary.bin"}}
        """);
    writeSums(model);
    ModelFolders folders = new ModelFolders(models, models, model);

    if (why.isEmpty()) {
      try (SpeechEngine engine = SpeechEngine.load(folders, 1, Recordings.decoder())) {
        assertThatCode(engine::warmUp).doesNotThrowAnyException();
      }
    } else {
      assertRefused(folders, why);
    }
  }

  @Test
  void namesWhatAFolderOfTheQuickModelLacks() throws Exception {
    Path model = Files.createDirectories(folder.resolve("model"));
    Path models = Path.of("models").toAbsolutePath();
    ModelFolders folders = new ModelFolders(models, models, model);
    assertRefused(folders, "the list of model files is missing");

    Files.writeString(model.resolve("models.json"), "{}");
    writeSums(model);
    assertRefused(folders, "names no model for English");
  }

  private static void writeSums(Path model) throws IOException {
    StringBuilder sums = new StringBuilder();
    try (Stream<Path> all = Files.list(model)) {
      for (Path file : all.filter(each -> !each.endsWith("SHA256SUMS")).toList()) {
        sums.append(new DigestUtils(MessageDigestAlgorithms.SHA_256).digestAsHex(file))
            .append("  ")
            .append(file.getFileName())
            .append('\n');
      }
    }
    Files.writeString(model.resolve("SHA256SUMS"), sums);
  }

  private void assertRefused(String why) {
    Path models = Path.of("models").toAbsolutePath();
    assertRefused(new ModelFolders(models, folder.resolve("model"), models), why);
  }

  private void assertRefused(ModelFolders folders, String why) {
    assertThatThrownBy(() -> SpeechEngine.load(folders, 1, Recordings.decoder()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(folder.resolve("model").toString())
        .hasMessageContaining(why)
        .hasMessageNotContaining("\n");
  }

  private Path copy() throws IOException {
    Path copy = folder.resolve("model");
    try (Stream<Path> all = Files.walk(MODEL)) {
      for (Path file : all.toList()) {
        Files.copy(file, copy.resolve(MODEL.relativize(file).toString()));
      }
    }
    return copy;
  }

  private static TestForm jfk() {
    return new TestForm().file(Recordings.recording("jfk-3s.flac"));
  }

  private static Path resource(String name) {
    try {
      return Path.of(Objects.requireNonNull(OwnModelTest.class.getResource(name)).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
