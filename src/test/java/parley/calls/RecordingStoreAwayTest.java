package parley.calls;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import parley.testing.Eventually;
import parley.testing.TestCaller;
import parley.testing.TestEgress;
import parley.testing.TestEgress.Manner;
import parley.testing.TestLiveKit;
import parley.testing.TestRooms;
import parley.testing.TestS3;
import parley.testing.TestServer;

/// Recordings whose store is away when they end.
@Tag("slow")
class RecordingStoreAwayTest {
  private static final Path SPEECH = Path.of("examples", "jfk.flac");

  private static final String FINISHING = "call_recordings where status = 'finishing'";

  @Test
  void keepsWhatWasRecordedOnceTheStoreIsBack() throws Exception {
    try (TestLiveKit liveKit = TestLiveKit.prepare();
        TestEgress egress = TestEgress.before(liveKit, SPEECH);
        TestS3 store = TestS3.start()) {
      Map<String, String> settings = egress.settings();
      settings.put("calls.look_every_seconds", "1");
      settings.put("storage.answering_seconds", "1");
      TestS3.Bucket bucket = store.newBucket();
      try (TestServer server = TestServer.onS3(settings, bucket)) {
        liveKit.start(server.uri("/v1/calls/webhook"));
        egress.tell(server.uri("/v1/calls/webhook"));
        TestCaller alice = server.newTenant();
        String call = recorded(alice);

        egress.behave(Manner.UPLOADS_LATE);
        store.kill();
        alice.post(call + "/end");
        Eventually.holds("egress has left", () -> server.count("from " + FINISHING) == 1);
        // Longer than egress may take when the store is there.
        server.execute(
            "update " + FINISHING.replace("where", "set since = now() - interval '1 hour' where"));
        awaitLook(server);
        assertThat(first(alice, call, "status")).isEqualTo("storing");
        store.restart();
        awaitLook(server);
        assertThat(first(alice, call, "status")).as("egress may still come").isEqualTo("storing");
        egress.behave(Manner.WELL);

        Eventually.holds("it is kept", () -> !"storing".equals(first(alice, call, "status")));
        assertThat(first(alice, call, "status")).isEqualTo("completed");
        assertThat(alice.get("/v1/media/download/" + first(alice, call, "media_id")).status())
            .isEqualTo(200);
        Eventually.holds(
            "egress's own file goes",
            () -> bucket.objects().stream().noneMatch(name -> name.contains("recordings/")));
      }
    }
  }

  /// Waits until the recording has been looked after anew.
  private static void awaitLook(TestServer server) throws Exception {
    // The next look begins only when the one before is done.
    for (int begun = 0; begun < 2; begun++) {
      String after = "from call_recordings where looked_at > timestamptz '" + Instant.now() + "'";
      Eventually.holds("it is looked after", () -> server.count(after) == 1);
    }
  }

  /// A call that is being recorded.
  private static String recorded(TestCaller alice) throws Exception {
    String room = TestRooms.create(alice, "group");
    String call =
        "/v1/calls/"
            + alice
                .send(
                    "POST",
                    "/v1/calls/initiate",
                    "{\"room_id\": \"" + room + "\", \"type\": \"audio\"}")
                .at("/data/call_id");
    assertThat(alice.send("POST", call + "/recording/start", "{}").status()).isEqualTo(200);
    Eventually.holds("it records", () -> "recording".equals(first(alice, call, "status")));
    return call;
  }

  private static String first(TestCaller alice, String call, String field) {
    return String.valueOf(alice.get(call).at("/data/recordings/0/" + field));
  }
}
