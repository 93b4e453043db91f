package parley.calls;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import parley.auth.Permission;
import parley.db.Database;
import parley.testing.Eventually;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestEgress.Manner;
import parley.testing.TestParticipant;
import tools.jackson.databind.JsonNode;

/// Recordings of each participant of a call to a file of their own.
@Tag("slow")
class ParticipantRecordingTest extends RecordedCalls {
  private final TestParticipant first = TestParticipant.start();
  private final TestParticipant second = TestParticipant.start();

  @AfterEach
  void disconnect() {
    first.close();
    second.close();
  }

  @Test
  void keepsAFileAndATranscriptOfEachParticipantAlsoOfThoseWhoJoinAndLeave() throws Exception {
    ringing("audio");
    Answer none = record("{\"participants\": true, \"transcript\": true}");
    assertThat(none.at("/data/participants")).as(none.text()).isEqualTo("true");
    assertThat(none.json().at("/data/recordings")).as("nobody is there yet").isEmpty();

    CallTown.connect(first, bob.post(call + "/join"));
    awaitRecorded(bob);
    CallTown.connect(second, carol.post(call + "/join"));
    awaitRecorded(bob, carol);
    assertThat(egress.requests().getLast().path("identity").asString())
        .isEqualTo(carol.participantId());
    assertThat(egress.requests().getLast().at("/file_outputs/0/filepath").asString())
        .endsWith("-" + carol.participantId() + ".mp4");
    assertThat(bob.get(call).at("/data/recording")).isEqualTo("true");
    assertThat(record("{}").json().at("/data/recordings")).as("what is under way").hasSize(2);

    second.disconnect();
    // Nobody is recorded anew who has left, and egress knows of it from LiveKit.
    Eventually.holds("she is gone", () -> CallTown.participants(shown()).size() == 1);
    egress.leaves(carol.participantId());
    Eventually.holds(
        "what she said is kept", () -> "completed".equals(of(carol).path("status").asString("")));
    assertThat(of(carol).path("end_reason").asString()).isEqualTo("participant_left");
    assertThat(bob.get(call).at("/data/recording")).as("bob's goes on").isEqualTo("true");

    Answer stopped = alice.post(call + "/recording/stop");
    assertThat(stopped.at("/data/recordings/0/status")).as(stopped.text()).isEqualTo("stopping");
    Eventually.holds(
        "what he said is kept", () -> "completed".equals(of(bob).path("status").asString("")));
    assertThat(of(bob).path("end_reason").asString()).isEqualTo("stopped");
    Eventually.holds("it is told", () -> !heardRecording(bob).getLast());
    assertThat(files()).hasSize(2);
    assertThat(named(messages("swp.media")))
        .isEqualTo(Set.of(bob.participantId(), carol.participantId()));
    assertThat(messages("swp.media").stream().map(message -> message.path("body").asString()))
        .anyMatch(name -> name.endsWith("-carol.m4a"));
    Eventually.holds("both are transcribed", () -> messages("swp.audio_transcript").size() == 2);
    assertThat(named(messages("swp.audio_transcript")))
        .isEqualTo(Set.of(bob.participantId(), carol.participantId()));
    assertThat(
            messages("swp.audio_transcript").stream()
                .map(message -> message.path("display_name").asString()))
        .contains("carol");

    assertThat(alice.post(call + "/recording/stop").at("/error/code"))
        .isEqualTo("SW_CALL_NOT_RECORDED");
  }

  @Test
  void stopsThemAllAlsoWhereEgressGoesOn() throws Exception {
    ringing("audio");
    CallTown.connect(first, bob.post(call + "/join"));
    CallTown.connect(second, carol.post(call + "/join"));
    Eventually.holds("both are there", () -> CallTown.participants(shown()).size() == 2);
    Answer started = record("{\"participants\": true}");
    assertThat(started.json().at("/data/recordings")).as(started.text()).hasSize(2);
    awaitRecorded(bob, carol);

    egress.behave(Manner.DOES_NOT_STOP);
    alice.post(call + "/recording/stop");
    assertThat(bob.get(call).at("/data/recording")).as("they are still there").isEqualTo("true");
    assertThat(record("{}").at("/error/code")).isEqualTo("SW_CALL_RECORDING_STOPPING");
    Eventually.holds(
        "both were put out and kept",
        () ->
            List.of(of(bob), of(carol)).stream()
                .allMatch(recording -> recording.path("status").asString("").equals("completed")));
    assertThat(files()).hasSize(2);
    assertThat(bob.get(call).at("/data/recording")).isEqualTo("false");
    assertThat(shown().json().at("/data/recordings")).as("nobody is recorded again").hasSize(2);
  }

  @Test
  void endsForAllAndForGoodWhenTheTenantMayNotRecordAnyMore() throws Exception {
    String tenant = "/v1/admin/tenants/" + alice.tenant().id();
    TestCaller operator = alice.only(Permission.OPERATOR);
    ringing("audio");
    CallTown.connect(first, bob.post(call + "/join"));
    Eventually.holds("bob is there", () -> CallTown.participants(shown()).size() == 1);
    record("{\"participants\": true}");
    awaitRecorded(bob);

    operator.send("PATCH", tenant, "{\"recordings_enabled\": false}");
    CallTown.connect(second, carol.post(call + "/join"));
    Eventually.holds(
        "what he said is kept", () -> "completed".equals(of(bob).path("status").asString("")));
    assertThat(of(bob).path("end_reason").asString()).isEqualTo("stopped");
    Eventually.holds("it is told", () -> !heardRecording(bob).getLast());
    Eventually.holds("carol is there", () -> CallTown.participants(shown()).size() == 2);
    Eventually.holds("nothing is left of it", () -> sessions() == 0);
    assertRefused(record("{\"participants\": true}"), 403, "SW_CALL_RECORDING_DISABLED");

    operator.send("PATCH", tenant, "{\"recordings_enabled\": true}");
    assertThat(alice.post(call + "/recording/stop").at("/error/code"))
        .as("it does not go on by itself")
        .isEqualTo("SW_CALL_NOT_RECORDED");
  }

  private long sessions() {
    return server.count(
        "from participant_recording_sessions where tenant_id = '" + alice.tenant().id() + "'");
  }

  @Test
  void recordsThePicturesThatEachSendsByTheTenantsDefault() throws Exception {
    String tenant = "/v1/admin/tenants/" + alice.tenant().id();
    TestCaller operator = alice.only(Permission.OPERATOR);
    Answer changed = operator.send("PATCH", tenant, "{\"recording_participants\": true}");
    assertThat(changed.at("/data/recording_participants")).as(changed.text()).isEqualTo("true");
    ringing("video");
    CallTown.connect(first, bob.post(call + "/join"));
    Eventually.holds("bob is there", () -> CallTown.participants(shown()).size() == 1);

    assertRefused(record("{\"video\": false}"), 422, "SW_VALIDATION_ERROR");
    assertRefused(record("{\"layout\": \"speaker\"}"), 422, "SW_VALIDATION_ERROR");
    assertThat(record("{\"participants\": 1}").status()).isEqualTo(400);
    assertThat(ask(carol, "/recording/start").status()).isEqualTo(403);
    assertThat(ask(server.newTenant(), "/recording/start").status()).isEqualTo(404);
    assertThat(ask(server.stranger(), "/recording/start").status()).isEqualTo(401);

    record("{\"width\": 640, \"height\": 360}");
    awaitRecorded(bob);
    JsonNode request = egress.requests().getLast();
    assertThat(request.at("/advanced/width").asInt()).isEqualTo(640);
    assertThat(request.has("layout")).isFalse();
    alice.post(call + "/end");
    Eventually.holds("it is kept", () -> "completed".equals(of(bob).path("status").asString("")));
    assertThat(of(bob).path("end_reason").asString()).isEqualTo("call_ended");
    Eventually.holds("nothing is left of it", () -> sessions() == 0);
  }

  @Test
  void isRefusedAndTurnedOffWhereNoEgressTakesIt() throws Exception {
    egress.behave(Manner.NONE_THERE);
    ringing("audio");
    CallTown.connect(first, bob.post(call + "/join"));
    Eventually.holds("bob is there", () -> CallTown.participants(shown()).size() == 1);
    assertRefused(record("{\"participants\": true}"), 503, "SW_CALL_RECORDING_UNAVAILABLE");
    assertThat(alice.post(call + "/recording/stop").at("/error/code"))
        .isEqualTo("SW_CALL_NOT_RECORDED");
    assertThat(heardRecording(bob)).doesNotContain(true);
  }

  @Test
  void isTriedAgainAfterLongerAndLongerPauses() throws Exception {
    ringing("audio");
    record("{\"participants\": true}");
    egress.behave(Manner.NONE_THERE);
    CallTown.connect(first, bob.post(call + "/join"));
    awaitFailures(1);
    assertThat(isDue(29)).isFalse();
    assertThat(isDue(31)).isTrue();

    server.execute(
        "update call_recordings set since = since - interval '31 s', ended_at = since - interval '31 s'"
            + " where call_id = '"
            + id()
            + "'");
    awaitFailures(2);
    assertThat(isDue(59)).isFalse();
    assertThat(isDue(61)).isTrue();
  }

  private String id() {
    return call.substring("/v1/calls/call-".length());
  }

  private void awaitFailures(int count) throws Exception {
    Eventually.holds(
        count + " failures",
        () ->
            server.count(
                    "from call_recordings where status = 'failed' and call_id = '" + id() + "'")
                == count);
  }

  /// Whether somebody is to be recorded so many seconds after the last failure.
  private boolean isDue(int seconds) {
    CallRef ref = new CallRef(alice.tenant().id(), CallId.parse("call-" + id()).orElseThrow());
    try (Database database = server.openDatabase()) {
      return database.inTransaction(transaction -> {
        Instant now =
            RecordingTable.list(transaction, ref).stream()
                .map(recording -> recording.state().since())
                .max(Comparator.naturalOrder())
                .orElseThrow()
                .plusSeconds(seconds);
        return !ParticipantRecordingTable.missing(transaction, ref, now.minusSeconds(3), now)
            .isEmpty();
      });
    }
  }

  private JsonNode of(TestCaller participant) {
    JsonNode found = shown().json().at("/nothing");
    for (JsonNode recording : shown().json().at("/data/recordings")) {
      if (recording.path("participant_id").asString("").equals(participant.participantId())) {
        found = recording;
      }
    }
    return found;
  }

  private void awaitRecorded(TestCaller... participants) throws Exception {
    for (TestCaller participant : participants) {
      Eventually.holds(
          "is recorded", () -> "recording".equals(of(participant).path("status").asString("")));
    }
  }

  private static Set<String> named(List<JsonNode> messages) {
    return messages.stream()
        .map(message -> message.path("participant_id").asString(""))
        .collect(Collectors.toSet());
  }
}
