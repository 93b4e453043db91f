package parley.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import parley.speech.Recordings;
import parley.testing.Eventually;
import parley.testing.SharedModels;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestForm;
import parley.testing.TestServer;
import parley.testing.TestSocket;

/// A server that has started and whose models are still loading.
@Tag("server")
class LoadingModelsTest {
  private static final String ECHO = "/v1/modules/scaiecho/";

  private final CountDownLatch load = new CountDownLatch(1);
  private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
  private TestServer server;
  private TestCaller alice;

  @BeforeEach
  void start() throws Exception {
    server =
        TestServer.withModels((folders, threads, decoder) -> {
          try {
            load.await();
          } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
          }
          return SharedModels.load(folders, threads, decoder);
        });
    alice = server.newTenant();
  }

  @AfterEach
  void stop() {
    load.countDown();
    server.close();
    callers.close();
  }

  @Test
  void answersWhatNeedsNoModelsAndSaysThatItIsNotReady() throws Exception {
    Answer ready = server.stranger().get("/readyz");
    assertThat(ready.status()).isEqualTo(503);
    assertThat(ready.at("/checks/speech")).isEqualTo("failed: the models are loading");
    assertThat(ready.at("/checks/database")).isEqualTo("ok");
    assertThat(server.stranger().get("/healthz").status()).isEqualTo(200);
    TestForm form = new TestForm().file(Recordings.recording("jfk-3s.flac"));
    assertThat(alice.post("/v1/media/upload", form).status()).isEqualTo(200);

    load.countDown();

    Eventually.holds("it is ready", () -> server.stranger().get("/readyz").status() == 200);
  }

  @Test
  void hasTranscriptionsAndStreamsWaitForTheModels() throws Exception {
    TestForm form = new TestForm().file(Recordings.recording("jfk-3s.flac"));
    Future<Answer> transcript =
        callers.submit(() -> alice.post(ECHO + "transcribe", form.field("language_hint", "en")));
    try (TestSocket stream = alice.socket(ECHO + "stream/transcribe")) {
      stream.send("{\"type\":\"open\",\"media_type\":\"audio/flac\"}");
      Eventually.holds(
          "the transcription has begun",
          () -> "running".equals(alice.get("/v1/jobs").at("/data/0/status")));
      assertThat(transcript.isDone()).isFalse();
      assertThat(stream.textNow()).isNull();

      load.countDown();

      assertThat(transcript.get().at("/data/transcript")).containsIgnoringCase("fellow americans");
      assertThat(stream.json().get("type").asString()).isEqualTo("ready");
    }
  }
}
