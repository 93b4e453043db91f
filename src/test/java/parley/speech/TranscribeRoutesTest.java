package parley.speech;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import parley.speech.decoding.WavHeader;
import parley.testing.Eventually;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestForm;
import parley.testing.TestServer;

@Tag("slow")
class TranscribeRoutesTest {
  private static final Path RECORDING = Path.of("examples/jfk.flac");
  private static final String SPOKEN =
      "(?i)And so,? my fellow Americans,? ask not what your country can do for you,? ask what you"
          + " can do for your country\\.";
  private static final Path SENTENCE = Recordings.recording("jfk-3s.flac");
  private static final Set<String> ENDED = Set.of("completed", "failed", "cancelled");

  private final TestServer server = TestServer.shared();

  @Test
  void answersASmallRecordingWithItsTranscript() {
    Answer answer =
        server.newTenant().post("/v1/modules/scaiecho/transcribe", new TestForm().file(RECORDING));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.at("/data/transcript")).matches(SPOKEN);
    assertThat(answer.at("/data/backend_used")).isEqualTo("A");
    assertThat(answer.at("/data/language_detected")).isEqualTo("en");
    assertThat(answer.at("/data/audio_duration_ms")).isEqualTo("11000");
    assertThat(answer.at("/data/audio_bytes")).isEqualTo("203108");
    assertThat(answer.at("/data/segments/0/text")).isNotEmpty();
  }

  @Test
  void queuesALargeRecordingAndTellsWhenItIsDone() throws Exception {
    try (TestServer own = TestServer.start(Map.of("speech.inline_max_bytes", "1000"))) {
      TestCaller alice = own.newTenant();
      Answer queued = alice.post("/v1/modules/scaiecho/transcribe", new TestForm().file(SENTENCE));
      assertThat(queued.status()).isEqualTo(202);
      assertThat(queued.at("/data/status")).isEqualTo("queued");
      assertThat(queued.at("/data/audio_bytes")).isEqualTo("" + Files.size(SENTENCE));

      String path = "/v1/modules/scaiecho/transcribe/jobs/" + queued.at("/data/job_id");
      Answer done = whenEnded(alice, path);

      assertThat(done.at("/data/status")).isEqualTo("completed");
      assertThat(done.at("/data/transcript")).contains("my fellow Americans");
      Eventually.holds("recordings are not kept", () -> own.storedFiles().isEmpty());
    }
  }

  @Test
  void transcribesAsAJobInTheWaveDialect() throws Exception {
    TestCaller alice = server.newTenant();
    Answer queued =
        alice.post("/v1/transcribe", new TestForm().file(RECORDING).field("language", "en"));
    assertThat(queued.status()).isEqualTo(202);
    assertThat(queued.at("/data/job_id")).startsWith("job-");
    assertThat(queued.at("/data/status")).isEqualTo("queued");
    String path = "/v1/jobs/" + queued.at("/data/job_id");

    Answer done = whenEnded(alice, path);

    assertThat(done.at("/data/transcript")).matches(SPOKEN);
    assertThat(done.at("/data/language")).isEqualTo("en");
    assertThat(done.at("/data/duration")).isEqualTo("11.0");
    assertThat(done.at("/data/progress")).isEqualTo("1.0");
    assertThat(done.at("/data/finished_at")).endsWith("Z");
    assertThat(alice.colleague().get(path).at("/error/code")).isEqualTo("SW_JOB_NOT_FOUND");
    assertThat(server.newTenant().get(path).status()).isEqualTo(404);
  }

  @Test
  void transcribesAStoredFileOnlyOfAnOwnReadableMedia() throws Exception {
    TestCaller alice = server.newTenant();
    String media =
        alice.post("/v1/media/upload", new TestForm().file(SENTENCE)).at("/data/media_id");
    TestForm form = new TestForm().field("media_id", String.valueOf(media));

    Answer done =
        whenEnded(alice, "/v1/jobs/" + alice.post("/v1/transcribe", form).at("/data/job_id"));

    assertThat(done.at("/data/transcript")).contains("my fellow Americans");
    assertThat(alice.get("/v1/media/download/" + media).status()).as("still there").isEqualTo(200);
    assertThat(alice.colleague().post("/v1/transcribe", form).status()).isEqualTo(404);
    assertThat(server.newTenant().post("/v1/transcribe", form).status()).isEqualTo(404);
  }

  @Test
  void refusesWhatIsNoRecordingAndKeepsNothingOfIt() throws Exception {
    try (TestServer own = TestServer.start(Map.of())) {
      TestCaller alice = own.newTenant();

      Answer noAudio =
          alice.post(
              "/v1/modules/scaiecho/transcribe",
              new TestForm()
                  .file("file", "a.wav", "no audio at all".getBytes(StandardCharsets.UTF_8)));
      assertThat(noAudio.status()).isBetween(400, 499);
      assertThat(noAudio.at("/error/code")).isEqualTo("UNSUPPORTED_MEDIA");
      Answer unknownLanguage =
          alice.post(
              "/v1/modules/scaiecho/transcribe",
              new TestForm().file(RECORDING).field("language_hint", "klingon"));
      assertThat(unknownLanguage.status()).isEqualTo(422);
      assertThat(unknownLanguage.at("/error/code")).isEqualTo("VALIDATION_ERROR");
      assertThat(unknownLanguage.at("/error/details/0/field")).isEqualTo("language_hint");
      Eventually.holds("nothing of it is kept", () -> own.storedFiles().isEmpty());
    }
  }

  @Test
  @Timeout(30)
  void transcribesARecordingInWhichEachChunkIsAWavOfItsOwn() throws Exception {
    byte[] samples = Recordings.converted(SENTENCE, "-f", "s16le", "-ar", "16000");
    ByteArrayOutputStream chunks = new ByteArrayOutputStream();
    for (int at = 0; at < samples.length; at += 48) {
      int length = Math.min(48, samples.length - at);
      chunks.write(WavHeader.ofSamples(16_000, length));
      chunks.write(samples, at, length);
    }

    Answer answer =
        server
            .newTenant()
            .post(
                "/v1/modules/scaiecho/transcribe",
                new TestForm().file("file", "chunks.wav", chunks.toByteArray()));

    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.at("/data/audio_duration_ms")).isEqualTo("3000");
    assertThat(answer.at("/data/transcript")).contains("my fellow Americans");
  }

  /// A decoder for each of them would occupy a worker, which others wait for, for hours.
  @ParameterizedTest
  @ValueSource(strings = {"WAV", "MP4"})
  @Timeout(30)
  void refusesAFileOfNothingButHeadersAtOnce(String format) {
    String header = format.equals("WAV") ? "RIFF\4\0\0\0WAVE" : "\0\0\0\10ftyp";
    byte[] headers = header.repeat(90_000).getBytes(StandardCharsets.ISO_8859_1);

    Answer refused =
        server
            .newTenant()
            .post(
                "/v1/modules/scaiecho/transcribe", new TestForm().file("file", "headers", headers));

    assertThat(refused.status()).as(refused.text()).isEqualTo(415);
    assertThat(refused.at("/error/code")).isEqualTo("UNSUPPORTED_MEDIA");
  }

  @Test
  void tellsThatAMediaEntryIsGoneThatIsDeletedMeanwhile() throws Exception {
    TestCaller alice = server.newTenant();
    String media =
        alice.post("/v1/media/upload", new TestForm().file(SENTENCE)).at("/data/media_id");
    TestForm form = new TestForm().field("media_id", String.valueOf(media));
    CompletableFuture<Answer> answer;
    try (AutoCloseable _ = server.hold("lock table speech_policies in access exclusive mode")) {
      answer = CompletableFuture.supplyAsync(() -> alice.post("/v1/transcribe", form));
      Eventually.holds(
          "the entry was found",
          () ->
              server.count(
                      "from pg_locks where not granted and relation = 'speech_policies'::regclass")
                  > 0);
      assertThat(alice.delete("/v1/media/" + media).status()).isLessThan(300);
    }

    assertThat(answer.get().status()).as(answer.get().text()).isEqualTo(404);
    assertThat(answer.get().at("/error/code")).isEqualTo("SW_MEDIA_NOT_FOUND");
  }

  private static Answer whenEnded(TestCaller caller, String path) throws Exception {
    Eventually.holds(
        path, () -> ENDED.contains(String.valueOf(caller.get(path).at("/data/status"))));
    return caller.get(path);
  }
}
