package parley.calls;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import parley.calls.livekit.LiveKit;
import parley.calls.livekit.LiveKitSettings;
import parley.calls.livekit.LiveKitTokens;
import parley.testing.Eventually;
import parley.testing.TestCaller.Answer;
import parley.testing.TestEgress;
import parley.testing.TestEgress.Manner;
import parley.testing.TestLiveKit;
import parley.testing.TestParticipant;

/// What members are told of a recording is what is seen in the call's room, whatever egress and
/// LiveKit say or do not say.
@Tag("slow")
class RecorderPresenceTest extends RecordedCalls {
  @Test
  void isToldWhenItRecordsAndNotWhileNoEgressTakesIt() throws Exception {
    egress.behave(Manner.NONE_THERE_FOR_LONG);
    ringing("audio");
    CompletableFuture<Answer> started = CompletableFuture.supplyAsync(() -> record("{}"));
    awaitStatus("starting");
    assertThat(bob.get(call).at("/data/recording")).isEqualTo("false");
    CompletableFuture<Answer> again = CompletableFuture.supplyAsync(() -> record("{}"));
    awaitLook();
    assertThat(started).as("nobody knows yet").isNotDone();
    egress.behave(Manner.NONE_THERE);
    for (CompletableFuture<Answer> answer : List.of(started, again)) {
      assertRefused(answer.get(), 503, "SW_CALL_RECORDING_UNAVAILABLE");
      assertThat(answer.get().header("Retry-After")).isEqualTo("15");
    }
    assertThat(shown().at("/data/recordings/0/end_reason")).isEqualTo("failed");
    assertThat(heardRecording(bob)).as("it never did").doesNotContain(true);

    egress.behave(Manner.WELL);
    assertThat(record("{}").status()).isEqualTo(200);
    Eventually.holds("it is told", () -> heardRecording(bob).getLast());
  }

  @Test
  void waitsForSoundForAsLongAsItTakes() throws Exception {
    egress.behave(Manner.WAITS_FOR_SOUND);
    ringing("audio");
    assertThat(record("{}").at("/data/status")).isIn("starting", "waiting");
    awaitStatus("waiting");
    assertThat(bob.get(call).at("/data/recording")).as("it is there").isEqualTo("true");
    server.execute("update " + recording("set since = now() - interval '1 day'"));
    awaitLook();
    awaitLook();
    assertThat(shown().at("/data/recordings/0/status")).isEqualTo("waiting");
    egress.behave(Manner.WELL);
    egress.hear();
    awaitStatus("recording");
    alice.post(call + "/recording/stop");
    awaitStatus("completed");
    assertThat(bob.get(call).at("/data/recording")).isEqualTo("false");
  }

  @Test
  void saysThatNobodySentAnythingWhenItIsStoppedBeforeThat() throws Exception {
    egress.behave(Manner.WAITS_FOR_SOUND);
    ringing("audio");
    record("{}");
    awaitStatus("waiting");
    alice.post(call + "/recording/stop");
    Answer failed = awaitStatus("failed");
    assertThat(failed.at("/data/recordings/0/reason")).contains("before anybody sent audio");
    assertThat(failed.at("/data/recordings/0/end_reason")).isEqualTo("stopped");
  }

  @Test
  void goesOnWithItsCallWhenLiveKitHasLostItsData() throws Exception {
    try (TestParticipant client = TestParticipant.start()) {
      ringing("audio");
      CallTown.connect(client, bob.post(call + "/join"));
      record("{}");
      awaitStatus("recording");
      Eventually.holds("bob is there", () -> CallTown.participants(shown()).size() == 1);
      String seen = "from " + recording("where seen_at is not null and");
      Eventually.holds("it is seen", () -> server.count(seen) == 1);
      Eventually.holds("LiveKit counts bob", () -> liveKit.counted(liveKitRoom()) == 1);

      egress.behave(Manner.LOST_DATA);
      // Longer than anything may be away.
      for (int i = 0; i < 4; i++) {
        awaitLook();
      }
      Answer after = shown();
      assertThat(after.at("/data/recordings/0/status")).isEqualTo("recording");
      assertThat(after.at("/data/recording")).isEqualTo("true");
      assertThat(CallTown.participants(after)).as("who is not listed is there").hasSize(1);

      alice.post(call + "/recording/stop");
      awaitStatus("completed");
      assertThat(files()).hasSize(1);
    }
  }

  @Test
  void missesNobodyWhenLiveKitLosesItsDataBetweenTwoAnswers() throws Exception {
    try (TestParticipant client = TestParticipant.start();
        TestEgress between = TestEgress.before(liveKit, SPEECH)) {
      ringing("audio");
      CallTown.connect(client, bob.post(call + "/join"));
      Eventually.holds("LiveKit counts bob", () -> liveKit.counted(liveKitRoom()) == 1);
      CallId id = CallId.ofLiveKitRoom(liveKitRoom()).orElseThrow();
      LiveKitSettings settings = settings(between.settings());
      LiveKitTokens tokens = new LiveKitTokens(settings, Clock.systemUTC());
      try (LiveKit throughIt = LiveKit.at(settings, tokens)) {
        LiveKitRooms rooms = new LiveKitRooms(throughIt, tokens, settings, Clock.systemUTC());
        between.behave(Manner.LOST_DATA);
        RoomSnapshot during = rooms.snapshot(id, false);
        assertThat(during.participants().size() + during.unlisted()).as("bob").isEqualTo(1);
        RoomSnapshot after = rooms.snapshot(id, during.lost());
        assertThat(after.participants()).isEmpty();
        assertThat(after.unlisted()).isEqualTo(1);
      }
    }
  }

  private static LiveKitSettings settings(Map<String, String> told) {
    URI address = URI.create(String.valueOf(told.get("calls.livekit_url")));
    return new LiveKitSettings(
        address,
        address,
        TestLiveKit.KEY,
        TestLiveKit.SECRET,
        Duration.ofSeconds(10),
        Duration.ofSeconds(10),
        Duration.ofSeconds(10));
  }

  @Test
  void keepsAFileThatComesAfterItWasGivenUp() throws Exception {
    ringing("audio");
    record("{}");
    awaitStatus("recording");
    egress.behave(Manner.DEAD);
    awaitStatus("failed");
    egress.deliver();
    awaitStatus("completed");
    assertThat(shown().at("/data/recordings/0/reason")).isNull();
    assertThat(files()).hasSize(1);
  }

  @Test
  void putsOutWhoStaysWhereLiveKitClosesNothing() throws Exception {
    try (TestParticipant client = TestParticipant.start()) {
      ringing("audio");
      CallTown.connect(client, bob.post(call + "/join"));
      record("{}");
      awaitStatus("recording");
      egress.behave(Manner.CLOSES_NOTHING);
      alice.post(call + "/end");
      Eventually.holds("nobody is in it", () -> liveKit.connected(liveKitRoom()) == 0);
      Eventually.holds("nothing records it", () -> !egress.records(liveKitRoom()));
      awaitStatus("completed");
      Eventually.holds("it is told", () -> "false".equals(shown().at("/data/recording")));
      assertThat(shown().at("/data/recordings/0/end_reason")).isEqualTo("call_ended");
    }
  }

  @Test
  void isToldToStopUntilItDoes() throws Exception {
    ringing("audio");
    record("{}");
    awaitStatus("recording");
    egress.behave(Manner.HANGS);
    assertThat(alice.post(call + "/recording/stop").at("/data/status")).isEqualTo("stopping");
    server.execute("update " + recording("set since = now() - interval '1 day'"));
    awaitLook();
    awaitLook();
    assertThat(shown().at("/data/recordings/0/status")).isEqualTo("stopping");
    assertThat(bob.get(call).at("/data/recording")).as("it records").isEqualTo("true");
    egress.behave(Manner.WELL);
    assertThat(awaitStatus("completed").at("/data/recordings/0/end_reason")).isEqualTo("stopped");
    Eventually.holds("it is told", () -> !heardRecording(bob).getLast());
  }

  @Test
  void goesOnWhenItsRecorderIsSeenBeforeEgressHasAnswered() throws Exception {
    egress.behave(Manner.ANSWERS_LATE);
    ringing("audio");
    CompletableFuture<Answer> started = CompletableFuture.supplyAsync(() -> record("{}"));
    awaitStatus("starting");
    String row = "select 1 from " + recording("") + " for update";
    try (AutoCloseable _ = server.hold(row)) {
      Eventually.holds("it is seen", () -> "true".equals(bob.get(call).at("/data/recording")));
    }
    awaitStatus("recording");
    awaitLook();
    awaitLook();
    assertThat(shown().at("/data/recordings/0/status")).isEqualTo("recording");
    egress.behave(Manner.WELL);
    assertThat(started.get().at("/data/status")).isEqualTo("recording");
  }

  @Test
  void isPutOutWhenItDoesNotStop() throws Exception {
    ringing("audio");
    record("{}");
    awaitStatus("recording");
    egress.behave(Manner.DOES_NOT_STOP);
    alice.post(call + "/recording/stop");
    awaitLook();
    assertThat(bob.get(call).at("/data/recording")).as("it records").isEqualTo("true");
    assertThat(awaitStatus("completed").at("/data/recordings/0/end_reason")).isEqualTo("stopped");
    Eventually.holds("it is told", () -> !heardRecording(bob).getLast());
  }

  @Test
  void isShownAsLongAsSomethingRecordsThatWasGivenUp() throws Exception {
    egress.behave(Manner.NONE_THERE);
    ringing("audio");
    record("{}");
    egress.behave(Manner.DOES_NOT_STOP);
    egress.takeWhatWasRefused();
    Eventually.holds("it is seen", () -> "true".equals(bob.get(call).at("/data/recording")));
    assertThat(shown().at("/data/recordings/0/status")).isEqualTo("failed");
    egress.behave(Manner.WELL);
    Eventually.holds(
        "it is told to stop", () -> "false".equals(bob.get(call).at("/data/recording")));
  }

  @Test
  void keepsWhatWasRecordedAfterItWasGivenUp() throws Exception {
    egress.behave(Manner.NONE_THERE);
    ringing("audio");
    record("{}");
    awaitStatus("failed");
    egress.behave(Manner.DOES_NOT_STOP);
    egress.takeWhatWasRefused();
    egress.hear();
    Eventually.holds("it is seen", () -> "true".equals(bob.get(call).at("/data/recording")));
    egress.behave(Manner.WELL);
    awaitStatus("completed");
    assertThat(files()).hasSize(1);
    Eventually.holds(
        "egress's own file goes",
        () -> bucket.objects().stream().noneMatch(name -> name.contains(recordings())));
  }

  @Test
  void isToldNothingByAnAnswerThatIsOlderThanWhatItKnows() throws Exception {
    egress.behave(Manner.NONE_THERE);
    ringing("audio");
    record("{}");
    awaitStatus("failed");
    egress.behave(Manner.DOES_NOT_STOP);
    // It is not put out as long as this test takes.
    server.execute("update " + recording("set since = now() + interval '1 hour'"));
    CountDownLatch late = egress.hold(liveKitRoom());
    late.await();
    egress.takeWhatWasRefused();
    Eventually.holds("it is told", () -> heardRecording(bob).contains(true));
    egress.answer();
    awaitLook();
    awaitLook();
    assertThat(heardRecording(bob).getLast()).as("it records").isTrue();
    List<Boolean> since = heardRecording(bob);
    assertThat(since.subList(since.indexOf(true), since.size())).containsOnly(true);
  }

  private String liveKitRoom() {
    return "scaiwave-" + call.substring("/v1/calls/".length());
  }

  /// A statement on this call's recordings.
  private String recording(String what) {
    String where = "call_id = '" + call.substring("/v1/calls/call-".length()) + "'";
    return "call_recordings " + what + (what.endsWith("and") ? " " : " where ") + where;
  }

  private void awaitLook() throws Exception {
    for (int begun = 0; begun < 2; begun++) {
      String after = recording("where looked_at > timestamptz '" + Instant.now() + "' and");
      Eventually.holds("it is looked after", () -> server.count("from " + after) == 1);
    }
  }
}
