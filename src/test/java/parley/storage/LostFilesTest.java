package parley.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import parley.testing.OnBothStores;
import parley.testing.Samples;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestForm;
import parley.testing.TestServer;

/// Files that are lost although the database lists them, and stores that belong to another
/// database.
@Tag("slow")
@OnBothStores
class LostFilesTest {
  private final TestServer server = TestServer.shared();

  @Test
  void areReportedAsTheServersFaultBeforeAnythingIsSent() {
    TestCaller alice = server.newTenant();
    Answer stored = alice.post("/v1/media/upload", new TestForm().file(Samples.file("plain.png")));
    server.storedFiles().stream()
        .filter(file -> file.contains(alice.tenant().id().toString()))
        .forEach(server::lose);
    String download = "/v1/media/download/" + stored.at("/data/media_id");
    for (String path :
        List.of(
            download,
            download + "/thumbnail",
            "/files/" + String.valueOf(stored.at("/data/media_id")).substring(4) + "/preview")) {
      ListAppender<ILoggingEvent> log = new ListAppender<>();
      Logger logger = (Logger) LoggerFactory.getLogger("parley.web.Dispatcher");
      log.start();
      logger.addAppender(log);
      try {
        assertThat(alice.get(path).status()).as(path).isEqualTo(500);
        assertThat(alice.get(path, "Range", "bytes=0-9").status()).as(path).isEqualTo(500);
        assertThat(alice.send(alice.request(path).method("HEAD", BodyPublishers.noBody())).status())
            .as("HEAD " + path)
            .isEqualTo(500);
      } finally {
        logger.detachAppender(log);
      }
      assertThat(log.list)
          .extracting(ILoggingEvent::getLevel)
          .containsExactly(Level.ERROR, Level.ERROR, Level.ERROR);
    }
  }

  @Test
  void areReportedBeforeAnythingIsSentIfOnlyTheirEndIsLostAndAreWholeWhenUploadedAgain() {
    TestCaller alice = server.newTenant();
    String text = "all of it ".repeat(10_000);
    Answer stored = upload(alice, text);
    server.storedFiles().stream()
        .filter(file -> file.contains(alice.tenant().id().toString()))
        .forEach(file -> server.cut(file, 50_000));
    String path = "/v1/media/download/" + stored.at("/data/media_id");

    assertThat(alice.get(path).status()).isEqualTo(500);
    assertThat(alice.get(path, "Range", "bytes=49990-50009").status()).isEqualTo(500);
    assertThat(alice.send(alice.request(path).method("HEAD", BodyPublishers.noBody())).status())
        .isEqualTo(500);

    assertThat(upload(alice, text).status()).isEqualTo(200);
    assertThat(alice.get(path).text()).isEqualTo(text);
  }

  private static Answer upload(TestCaller caller, String text) {
    return caller.post(
        "/v1/media/upload",
        new TestForm().file("file", "a.txt", text.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void preventTheStartOfANodeWithAnotherStore() {
    assertThatThrownBy(() -> TestServer.besideWithAnotherStore(server))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("store-id");
    try (TestServer beside = TestServer.beside(server)) {
      assertThat(beside.stranger().get("/healthz").status()).isEqualTo(200);
    }
  }
}
