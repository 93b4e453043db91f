package parley.calls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.speech.Recordings;
import parley.testing.Eventually;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestEgress;
import parley.testing.TestLiveKit;
import parley.testing.TestParticipant;
import parley.testing.TestRooms;
import parley.testing.TestServer;

/// Calls of one tenant, while LiveKit or a file hangs for those of another. LiveKit tells the
/// server nothing by itself.
@Tag("slow")
class CallNeighboursTest {
  /// As MP4 it is shorter than what a pipe holds.
  private static final Path RECORDING = Recordings.recording("jfk-3s.flac");

  @TempDir private static Path folder = Path.of("");

  private static TestLiveKit liveKit;
  private static TestEgress egress;
  private static TestServer server = TestServer.shared();

  private final TestCaller alice = server.newTenant();
  private final TestCaller bob = server.newTenant();
  private final TestCaller carol = bob.colleague();

  @BeforeAll
  static void start() {
    liveKit = TestLiveKit.prepare();
    egress = TestEgress.before(liveKit, RECORDING);
    Map<String, String> settings = egress.settings();
    settings.put("server.roles", "api,worker");
    settings.put("calls.look_every_seconds", "1");
    settings.put("calls.reconnecting_seconds", "1");
    settings.put("calls.ring_timeout_seconds", "600");
    settings.put("calls.recordings_folder", folder.toString());
    server = TestServer.start(settings);
    liveKit.start(null);
    egress.tell(server.uri("/v1/calls/webhook"));
  }

  @AfterAll
  static void stop() {
    server.close();
    egress.close();
    liveKit.close();
  }

  @AfterEach
  void endAll() {
    egress.answer();
    end("room_open = false", "status <> 'ended'");
  }

  /// Ends calls as if the server had died right after that.
  private static void end(String more, String which) {
    server.execute(
        "update calls set status = 'ended', end_reason = 'completed', due_at = null,"
            + " ring_until = null, silent_since = null, ended_at = now() - interval '1 minute', "
            + more
            + " where "
            + which);
  }

  @Test
  void noticesWhoHasLeftWhileLiveKitHangsForOtherCalls() throws Exception {
    try (TestParticipant client = TestParticipant.start()) {
      for (int i = 0; i < 30; i++) {
        egress.hang(liveKitRoom(called(alice)));
      }
      String call = called(bob);
      CallTown.connect(client, carol.post(call + "/join"));
      Eventually.holds("carol is there", () -> CallTown.participants(bob.get(call)).size() == 1);
      client.disconnect();
      Eventually.holds("carol has left", () -> CallTown.participants(bob.get(call)).isEmpty());
    }
  }

  @Test
  void putsOutWhoStayedInACallWhileLiveKitHangsForOtherCalls() throws Exception {
    try (TestParticipant client = TestParticipant.start()) {
      for (int i = 0; i < 5; i++) {
        egress.hang(liveKitRoom(called(alice)));
      }
      String call = called(bob);
      CallTown.connect(client, carol.post(call + "/join"));
      end("looked_at = null", "status <> 'ended'");
      Eventually.holds("nobody is in it", () -> liveKit.connected(liveKitRoom(call)) == 0);
    }
  }

  @Test
  void keepsARecordingWhileThoseOfAnotherTenantTakeLong() throws Exception {
    List<Path> pipes = new ArrayList<>();
    List<AutoCloseable> writers = new ArrayList<>();
    try {
      for (int i = 0; i < 3; i++) {
        String call = recorded(alice);
        Path file = file(call);
        Files.delete(file);
        assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor()).isZero();
        pipes.add(file);
        // While somebody may write to a pipe, reading it never ends.
        writers.add(new RandomAccessFile(file.toFile(), "rw"));
        alice.post(call + "/end");
        Eventually.holds("it is stored", () -> "storing".equals(status(alice, call)));
      }
      Eventually.holds(
          "they are fetched",
          () -> server.count("from call_recordings where status = 'collecting'") == 3);
      String call = recorded(bob);
      bob.post(call + "/end");
      Eventually.holds("it is kept", () -> "completed".equals(status(bob, call)));
    } finally {
      for (Path pipe : pipes) {
        // Nobody is to wait for a writer any more.
        Files.delete(pipe);
        Files.copy(RECORDING, pipe);
      }
      for (AutoCloseable writer : writers) {
        writer.close();
      }
    }
  }

  private String recorded(TestCaller caller) throws Exception {
    String call = called(caller);
    assertThat(caller.send("POST", call + "/recording/start", "{}").status()).isEqualTo(200);
    Eventually.holds("it records", () -> "recording".equals(status(caller, call)));
    return call;
  }

  /// A call of this caller's to carol, if she is of the same tenant.
  private String called(TestCaller caller) {
    String room = TestRooms.create(caller, "group");
    if (caller == bob) {
      TestRooms.bring(bob, room, carol);
    }
    Answer call =
        caller.send(
            "POST", "/v1/calls/initiate", "{\"room_id\": \"" + room + "\", \"type\": \"audio\"}");
    return "/v1/calls/" + call.at("/data/call_id");
  }

  private static String liveKitRoom(String call) {
    return "scaiwave-" + call.substring("/v1/calls/".length());
  }

  private static String status(TestCaller caller, String call) {
    return String.valueOf(caller.get(call).at("/data/recordings/0/status"));
  }

  private static Path file(String call) throws Exception {
    try (Stream<Path> files =
        Files.walk(folder.resolve("recordings").resolve(call.substring("/v1/calls/".length())))) {
      return files.filter(Files::isRegularFile).findFirst().orElseThrow();
    }
  }
}
