package parley.calls;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import parley.testing.EgressTokens;
import parley.testing.Eventually;
import parley.testing.TestCaller.Answer;
import parley.testing.TestEgress.Manner;
import parley.testing.TestParticipant;
import tools.jackson.databind.JsonNode;

/// Recordings of calls, with an egress that fails, dies or is not there.
@Tag("slow")
class RecordingFailureTest extends RecordedCalls {
  @Test
  void failsWhenEgressNeverBegins() throws Exception {
    egress.behave(Manner.NEVER_BEGINS);
    ringing("audio");
    assertThat(record("{}").at("/data/status")).isEqualTo("starting");
    String taken =
        "call_recordings where status = 'running' and call_id = '"
            + call.substring("/v1/calls/call-".length())
            + "'";
    Eventually.holds("egress has taken it", () -> server.count("from " + taken) == 1);
    assertThat(shown().at("/data/recordings/0/status")).isEqualTo("starting");
    server.execute(
        "update " + taken.replace("where", "set since = now() - interval '1 minute' where"));
    assertThat(awaitStatus("failed").at("/data/recordings/0/reason")).contains("never started");
    assertThat(heardRecording(bob).getLast()).isFalse();
    assertThat(files()).isEmpty();
  }

  @Test
  void isRefusedWhenThereIsNoEgress() throws Exception {
    egress.behave(Manner.NONE_THERE);
    ringing("audio");
    assertRefused(record("{}"), 503, "SW_CALL_RECORDING_UNAVAILABLE");
    assertThat(shown().at("/data/recordings/0/status")).isEqualTo("failed");
    assertThat(shown().at("/data/recordings/0/reason"))
        .contains("no response from recording servers");
    assertThat(heardRecording(bob).getLast()).isFalse();
    egress.behave(Manner.WELL);
    String room = "scaiwave-" + call.substring("/v1/calls/".length());
    egress.takeWhatWasRefused();
    Eventually.holds("nobody records in secret", () -> !egress.records(room));
    assertThat(shown().at("/data/recordings/0/status")).isEqualTo("failed");
    assertThat(record("{}").status()).as("it can be tried again").isEqualTo(200);
  }

  @Test
  void failsWithEgress() throws Exception {
    egress.behave(Manner.FAILS);
    ringing("audio");
    record("{\"transcript\": true}");
    Answer failed = awaitStatus("failed");
    assertThat(failed.at("/data/recordings/0/reason")).contains("pipeline broke");
    assertThat(failed.text())
        .as("that is for operators")
        .doesNotContain("https://", "AKIA", "/tmp");
    assertThat(CallTown.heard(bob, "swp.call.state").toString())
        .doesNotContain("https://", "AKIA", "/tmp");
    assertThat(heardRecording(bob).getLast()).isFalse();
  }

  @Test
  void failsWhileTheCallGoesOnWhenWhatRecordsItDiesWithoutAWord() throws Exception {
    try (TestParticipant recorder = TestParticipant.start()) {
      ringing("audio");
      record("{}");
      awaitStatus("recording");
      String address = liveKit.address().toString().replaceFirst("^http", "ws");
      assertThat(recorder.connect(address, egress.tokenForCall())).isEmpty();
      egress.behave(Manner.NOT_CONNECTED);
      String seen =
          "from call_recordings where seen_at > timestamptz '%s' + interval '1.5 s' and call_id = '%s'"
              .formatted(Instant.now(), call.substring("/v1/calls/call-".length()));
      Eventually.holds("it is seen", () -> server.count(seen) == 1);
      assertThat(alice.get(call).json().at("/data/participants")).as("it is no caller").isEmpty();

      egress.behave(Manner.DEAD);
      recorder.disconnect();

      assertThat(awaitStatus("failed").at("/data/recordings/0/reason"))
          .contains("left the call unexpectedly");
      assertThat(alice.get(call).at("/data/status")).isEqualTo("ringing");
      assertThat(alice.get(call).at("/data/recording")).isEqualTo("false");
      JsonNode told = CallTown.heard(bob, "swp.call.state").getLast().get("content");
      assertThat(told.get("recording").asBoolean()).isFalse();
      assertThat(told.at("/last_recording/status").asString()).isEqualTo("failed");
      assertThat(told.at("/last_recording/reason").asString())
          .contains("left the call unexpectedly");
    }
  }

  @Test
  void failsWhileTheCallGoesOnWhenWhatRecordsItDiesBeforeAnybodySawIt() throws Exception {
    egress.behave(Manner.DEAD);
    ringing("audio");
    record("{}");
    assertThat(awaitStatus("failed").at("/data/recordings/0/reason"))
        .contains("left the call unexpectedly");
    assertThat(alice.get(call).at("/data/status")).isEqualTo("ringing");
    assertThat(heardRecording(bob).getLast()).isFalse();
  }

  @Test
  void becomesAFileThatArrivesDaysAfterItWasGivenUp() throws Exception {
    egress.behave(Manner.DEAD);
    ringing("audio");
    record("{}");
    awaitStatus("failed");
    String recording = "call_recordings where call_id = '%s'".formatted(id());
    Eventually.holds(
        "a file is expected", () -> server.count("from " + recording + " and awaits_file") == 1);
    giveUp("6 days");
    assertThat(server.count("from " + recording + " and awaits_file")).isEqualTo(1);

    egress.deliver();
    giveUp("6 days");

    awaitStatus("completed");
    assertThat(files()).hasSize(1);
  }

  @Test
  void isNotLookedForAnyMoreAWeekAfterItWasGivenUp() throws Exception {
    egress.behave(Manner.DEAD);
    ringing("audio");
    record("{}");
    awaitStatus("failed");
    giveUp("8 days");
    Eventually.holds(
        "nothing is expected",
        () ->
            server.count("from call_recordings where not awaits_file and call_id = '" + id() + "'")
                == 1);
  }

  /// Moves the failure of the recording into the past, and waits until it has been looked at again.
  private void giveUp(String ago) throws Exception {
    server.execute(
        "update call_recordings set since = now() - interval '%s', looked_at = null where call_id = '%s'"
            .formatted(ago, id()));
    Eventually.holds(
        "it is looked at",
        () ->
            server.count(
                    "from call_recordings where looked_at is not null and call_id = '" + id() + "'")
                == 1);
  }

  private String id() {
    return call.substring("/v1/calls/call-".length());
  }

  @Test
  void goesOnWhereWhatRecordsGoesByAnotherName() throws Exception {
    egress.behave(Manner.NOT_CONNECTED);
    try (TestParticipant recorder = TestParticipant.start()) {
      ringing("audio");
      String address = liveKit.address().toString().replaceFirst("^http", "ws");
      String room = "scaiwave-" + call.substring("/v1/calls/".length());
      assertThat(recorder.connect(address, EgressTokens.ofRecorder(room, "another"))).isEmpty();
      record("{}");
      awaitStatus("recording");
      String looked =
          "from call_recordings where looked_at > since + interval '4 seconds' and call_id = '"
              + call.substring("/v1/calls/call-".length())
              + "'";
      Eventually.holds("it was looked at often enough", () -> server.count(looked) == 1);
      assertThat(alice.get(call).at("/data/recordings/0/status")).isEqualTo("recording");
    }
  }

  @Test
  void failsWhenEgressIsGoneWithHalfAFile() throws Exception {
    egress.behave(Manner.VANISHES);
    ringing("audio");
    record("{}");
    assertThat(awaitStatus("failed").at("/data/recordings/0/reason"))
        .contains("LiveKit no longer knows the recording", "not playable");
    assertThat(files()).isEmpty();
  }
}
