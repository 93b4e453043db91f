package parley.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import parley.testing.Eventually;
import parley.testing.Samples;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestDecoder;
import parley.testing.TestForm;
import parley.testing.TestServer;
import parley.testing.TestSocket;
import tools.jackson.databind.JsonNode;

/// A decoder that does not work is the server's fault and told as that, in every dialect.
@Tag("slow")
class DecoderFaultTest {
  private static final Path SPEECH = Path.of("examples/jfk.flac");

  @TempDir static Path folder;
  private static TestDecoder decoder;
  private static TestServer server;

  private static final String GARBAGE_ON_BOTH =
      "i=0; while [ $i -lt 9999 ]; do echo garbage; echo garbage >&2; i=$((i + 1)); done";

  /// A way to be out of order.
  record Fault(String name, Consumer<TestDecoder> befall) {
    @Override
    public String toString() {
      return name;
    }
  }

  @BeforeAll
  static void start() throws IOException {
    decoder = new TestDecoder(folder.resolve("decoder"));
    server = TestServer.start(decoder.settings());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  static Stream<Fault> faults() {
    return Stream.of(
        new Fault("lacks a library", broken("echo 'libx.so.1: cannot open' >&2; exit 127")),
        new Fault("fails without a word", broken("exit 1")),
        new Fault("succeeds without a word", broken("exit 0")),
        new Fault("says what FFmpeg never says", broken("echo no; echo no >&2; exit 1")),
        new Fault("writes garbage", broken("exec head -c 300000 /dev/urandom")),
        new Fault("writes garbage on both", broken(GARBAGE_ON_BOTH)),
        new Fault("is killed", broken("kill -9 $$")),
        new Fault("crashes", broken("kill -11 $$")),
        new Fault("hangs", broken("exec sleep 1000")),
        new Fault("is frozen", broken("kill -19 $$; exit 1")),
        new Fault("has no memory", broken("echo 'x: Cannot allocate memory' >&2; exit 244")),
        new Fault("may not be started", TestDecoder::forbid),
        new Fault("is gone", TestDecoder::remove));
  }

  private static Consumer<TestDecoder> broken(String script) {
    return decoder -> decoder.become(script);
  }

  @ParameterizedTest
  @MethodSource("faults")
  void isToldAsTheServersFaultUntilItIsMended(Fault fault) throws Exception {
    TestCaller caller = server.newTenant();
    fault.befall.accept(decoder);
    try {
      long began = System.nanoTime();
      refuses(caller, "/v1/modules/scaiecho/transcribe", "/error/code", "DECODER_UNAVAILABLE");
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(30));
      refuses(caller, "/v1/audio/transcriptions", "/error/code", "decoder_unavailable");
      for (String sample : List.of("plain.jpg", "plain.png", "tone.wav", "wide-pixels.mp4")) {
        Answer refused = upload(caller, sample);
        assertThat(refused.status()).as(sample).isEqualTo(503);
        assertThat(refused.at("/error/code")).isEqualTo("SW_DECODER_UNAVAILABLE");
      }
      byte[] text = "no decoder is needed".getBytes(StandardCharsets.UTF_8);
      assertThat(caller.post("/v1/media/upload", new TestForm().file("file", "a.txt", text)))
          .returns(200, Answer::status);
      assertThat(caption(caller)).isEqualTo("DECODER_UNAVAILABLE");
      Answer notReady = caller.get("/readyz");
      assertThat(notReady.status()).isEqualTo(503);
      assertThat(notReady.at("/checks/decoder"))
          .isEqualTo("failed: it does not pass its self-test");
    } finally {
      decoder.repair();
    }

    Eventually.holds("it is back by itself", () -> caller.get("/readyz").status() == 200);
    Answer stored = upload(caller, "plain.jpg");
    assertThat(stored.status()).isEqualTo(200);
    assertThat(stored.at("/data/thumbnail_id")).isNotNull();
  }

  @Test
  void letsJobsInTheBackgroundWait() throws Exception {
    TestCaller caller = server.newTenant();
    String job;
    try {
      decoder.become("exec sleep 1000");
      Answer queued = caller.post("/v1/transcribe", new TestForm().file(SPEECH));
      assertThat(queued.status()).isEqualTo(202);
      job = String.valueOf(queued.at("/data/job_id"));
      Eventually.holds("it shows", () -> caller.get("/readyz").status() == 503);
      assertThat(caller.get("/v1/jobs/" + job).at("/data/status")).isIn("queued", "running");
    } finally {
      decoder.repair();
    }

    Eventually.holds(
        "the job was done",
        () -> "completed".equals(caller.get("/v1/jobs/" + job).at("/data/status")));
    assertThat(String.valueOf(caller.get("/v1/jobs/" + job).at("/data/transcript")))
        .contains("my fellow Americans");
  }

  private static Answer upload(TestCaller caller, String sample) {
    return caller.post("/v1/media/upload", new TestForm().file(Samples.file(sample)));
  }

  @Test
  void blamesABrokenFileAsLongAsTheDecoderWorks() {
    TestCaller caller = server.newTenant();
    byte[] noise = new byte[50_000];
    Arrays.fill(noise, (byte) 'x');

    Answer refused =
        caller.post("/v1/modules/scaiecho/transcribe", new TestForm().file("file", "a.mp3", noise));

    assertThat(refused.status()).isEqualTo(415);
    assertThat(refused.at("/error/code")).isEqualTo("UNSUPPORTED_MEDIA");
    assertThat(caller.get("/readyz").status()).isEqualTo(200);
  }

  @Test
  void doesNotStartWithADecoderThatDecodesNothing() throws IOException {
    TestDecoder other = new TestDecoder(folder.resolve("other"));
    other.become("echo 'libx.so.1: cannot open shared object file' >&2; exit 127");

    assertThatThrownBy(() -> TestServer.start(other.settings()))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("media.ffmpeg: libx.so.1: cannot open shared object file")
        .hasMessageContaining("apt-get install ffmpeg")
        .hasMessageContaining("dnf install ffmpeg-free")
        .hasMessageContaining("apk add ffmpeg")
        .message()
        .doesNotContain("\n");
  }

  private static void refuses(TestCaller caller, String path, String codeAt, String code) {
    Answer refused = caller.post(path, new TestForm().file(SPEECH).field("model", "whisper-1"));
    assertThat(refused.status()).as(path).isEqualTo(503);
    assertThat(refused.at(codeAt)).as(path).isEqualTo(code);
    assertThat(refused.header("Retry-After")).as(path).isEqualTo("5");
  }

  /// The code with which a stream of FLAC ends.
  private static String caption(TestCaller caller) throws Exception {
    try (TestSocket socket =
        TestSocket.connect(server.uri("/v1/modules/scaiecho/stream/transcribe"), caller.token())) {
      // Nothing more, since the server ends the stream as soon as it knows.
      socket.send("{\"type\":\"open\",\"media_type\":\"audio/flac\",\"language_hint\":\"en\"}");
      for (JsonNode frame = socket.jsonUnlessEnded();
          frame != null;
          frame = socket.jsonUnlessEnded()) {
        if (frame.path("type").asString("").equals("error")) {
          assertThat(socket.closeCode()).isEqualTo(1013);
          return frame.path("code").asString("");
        }
      }
      return "it ended without an error";
    }
  }
}
