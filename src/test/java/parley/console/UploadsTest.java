package parley.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import parley.auth.Permission;
import parley.speech.Recordings;
import parley.testing.Eventually;
import parley.testing.PeerProxy;
import parley.testing.PeerProxy.Fault;
import parley.testing.TestCaller;
import parley.testing.TestClamd;
import parley.testing.TestForm;
import parley.testing.TestServer;

/// Uploads in the console over a connection that breaks, and to a server that refuses some.
@Tag("slow")
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UploadsTest {
  /// Much more than the sockets between browser and server hold, so that most of it is not sent
  /// while the connection is frozen.
  private static final int MANY_BYTES = 48_000_000;

  private static final int MAX_MEGABYTES = 50;

  private TestClamd clamd;
  private TestServer server;
  private PeerProxy connection;
  private ConsoleUser user;
  private TestCaller alice;
  private Path folder;

  @BeforeAll
  void start(@TempDir Path temporary) throws Exception {
    folder = temporary;
    clamd = TestClamd.start();
    server =
        TestServer.start(
            Map.of(
                "media.max_upload_mb", String.valueOf(MAX_MEGABYTES),
                "scanner.addresses", clamd.tcpAddress().text()));
    connection = PeerProxy.before(server.uri(""));
    user = ConsoleUser.open(URI.create("http://127.0.0.1:" + connection.port()));
  }

  @AfterAll
  void stop() throws Exception {
    user.close();
    connection.close();
    server.close();
    clamd.close();
  }

  @BeforeEach
  void signIn() throws Exception {
    connection.set(Fault.NONE);
    alice = server.newTenant();
    user.evaluate("document.querySelector('[aria-label=\"Sign out\"]')?.click()");
    user.signIn(alice.token());
    user.sees("No transcripts yet");
  }

  private Path file(String name, int bytes) throws Exception {
    return Files.write(folder.resolve(name), new byte[bytes]);
  }

  /// A recording of three seconds of speech and much silence.
  private Path longRecording() throws Exception {
    Path recording = folder.resolve("long.wav");
    if (Files.notExists(recording)) {
      byte[] speech = Recordings.converted(Recordings.recording("jfk-3s.flac"), "-f", "wav");
      Files.write(recording, Arrays.copyOf(speech, MANY_BYTES));
    }
    return recording;
  }

  private void choose(Path... files) throws Exception {
    user.choose("input[type=file]", files);
  }

  private int stored() {
    return alice.get("/v1/media").json().at("/data").size();
  }

  private int jobs() {
    return alice.get("/v1/jobs").json().at("/data").size();
  }

  @Test
  void manyAtOnceAllBecomeTranscripts() throws Exception {
    Path[] several = new Path[5];
    for (int i = 0; i < several.length; i++) {
      several[i] = folder.resolve("talk-" + i + ".flac");
      Files.copy(Recordings.recording("jfk-3s.flac"), several[i]);
    }
    choose(several);
    Eventually.holds(
        "all are ready",
        () -> user.evaluate("document.body.innerText.split('Ready').length - 1 + ''").equals("5"));
    assertThat(jobs()).isEqualTo(5);
  }

  @Test
  void oneWhoseConnectionIsCutIsSentAgain() throws Exception {
    connection.set(Fault.FROZEN);
    choose(longRecording());
    user.sees("Uploading");
    connection.set(Fault.ABSENT);
    user.sees("The connection was cut before the server had all of the file.");
    connection.set(Fault.NONE);
    assertThat(stored()).isZero();
    user.press("Try again");
    user.sees("Ready");
    assertThat(stored()).isEqualTo(1);
  }

  @Test
  void oneThatIsCancelledLeavesNothingBehind() throws Exception {
    connection.set(Fault.FROZEN);
    choose(longRecording(), Recordings.recording("jfk-3s.flac"), file("third.wav", 1000));
    user.sees("Uploading");
    user.sees("Waiting");
    user.press("Cancel the upload of long.wav");
    user.press("Cancel the upload of third.wav");
    connection.set(Fault.NONE);
    user.sees("Ready");
    assertThat(user.shown()).doesNotContain("long.wav", "third.wav");
    Eventually.holds("only the other one is kept", () -> stored() == 1);
    assertThat(alice.get("/v1/media").text()).contains("jfk-3s.flac");
    assertThat(alice.get("/v1/jobs").text()).doesNotContain("long.wav", "third.wav");
  }

  @Test
  void oneThatIsCancelledWhileTheServerStoresItIsTakenBack() throws Exception {
    // All of it fits into the connection's buffers, so the browser has sent it.
    connection.set(Fault.FROZEN);
    choose(Recordings.recording("jfk-3s.flac"));
    user.sees("Storing");
    user.press("Cancel the upload of jfk-3s.flac");
    connection.set(Fault.NONE);
    Eventually.holds("it was stored and deleted", () -> deleted() == 1);
    assertThat(stored()).isZero();
    assertThat(jobs()).isZero();
  }

  private long deleted() {
    return alice
        .get("/v1/admin/audit")
        .json()
        .at("/data")
        .valueStream()
        .filter(event -> event.get("action").asString().equals("media.delete"))
        .count();
  }

  @Test
  void saysWhyTheServerRefusesOne() throws Exception {
    choose(file("huge.wav", (MAX_MEGABYTES + 1) * 1024 * 1024));
    user.sees("The file is larger than this server accepts.");
    user.press("Remove huge.wav from the list");

    choose(file("empty.wav", 0));
    user.sees("This file is empty.");
    user.press("Remove empty.wav from the list");

    TestForm known = new TestForm().file("file", "eicar.com", TestClamd.EICAR);
    alice.post("/v1/media/upload", known);
    Eventually.holds("it is found", () -> alice.get("/v1/admin/audit").text().contains("infected"));
    choose(Files.write(folder.resolve("eicar.com"), TestClamd.EICAR));
    user.sees("The virus scanner found something in this file, so it was not stored.");
    user.press("Remove eicar.com from the list");
    user.sees("No transcripts yet");

    choose(Path.of("src/test/resources/media/plain.jpg"));
    user.sees("This file has no sound that can be transcribed.");
  }

  @Test
  void keepsNothingOfARecordingThatTheBudgetForbids() throws Exception {
    TestCaller operator = alice.only(Permission.OPERATOR);
    operator.send(
        "PATCH", "/v1/admin/tenants/" + alice.tenant().id(), "{\"speech_budget_seconds\": 0}");
    choose(Recordings.recording("jfk-3s.flac"));
    user.sees("This month's budget for transcription is used up.");
    // The browser itself logs a 402.
    user.problems();
    user.looksWell("upload-refused");
    assertThat(stored()).isZero();
  }
}
