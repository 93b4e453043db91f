package parley.calls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import parley.auth.Permission;
import parley.testing.Eventually;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestEgress.Manner;
import parley.testing.TestRooms;
import tools.jackson.databind.JsonNode;

/// Recordings of calls, with an egress that works.
@Tag("slow")
class RecordingTest extends RecordedCalls {
  @Test
  void becomesAFileOfTheRoomAndATranscriptInIt() throws Exception {
    ringing("audio");
    Answer started = record("{\"transcript\": true}");
    assertThat(started.status()).as(started.text()).isEqualTo(200);
    awaitStatus("recording");
    assertThat(heardRecording(bob).getLast()).isTrue();
    assertThat(bob.get(call).at("/data/recording")).isEqualTo("true");
    assertThat(bob.get(call).at("/data/recordings/0/id")).isEqualTo(started.at("/data/id"));
    assertThat(bob.get(call + "/recordings").json().at("/data"))
        .as("references to media, of which there are none yet")
        .isEmpty();
    assertThat(record("{}").at("/data/id")).as("the running one").isEqualTo(started.at("/data/id"));
    HttpRequest.Builder chunked =
        alice
            .request(call + "/recording/start")
            .POST(BodyPublishers.ofInputStream(InputStream::nullInputStream));
    assertThat(alice.send(chunked).at("/data/id"))
        .as("without a body, however that is sent")
        .isEqualTo(started.at("/data/id"));

    assertThat(alice.post(call + "/recording/stop").at("/data/status")).isEqualTo("stopping");
    awaitStatus("completed");
    Answer list = bob.get(call + "/recordings");
    assertThat(list.at("/meta/total")).isEqualTo("1");
    assertThat(heardRecording(bob).getLast()).isFalse();
    assertThat(bob.get(call).at("/data/recording")).isEqualTo("false");
    String media = String.valueOf(list.at("/data/0/media_id"));
    JsonNode request = egress.requests().getLast();
    assertThat(request.path("audio_only").asBoolean()).as("needs no browser").isTrue();
    assertThat(request.at("/file_outputs/0/filepath").asString())
        .matches("parley/recordings/call-[0-9a-f-]{36}/[0-9TZ.-]+\\.mp4");

    Answer info = bob.get("/v1/media/" + media + "/info");
    assertThat(info.at("/data/mime_type")).as("it has no pictures").isEqualTo("audio/mp4");
    assertThat(info.at("/data/filename")).endsWith(".m4a");
    assertThat(Double.parseDouble(String.valueOf(info.at("/data/duration")))).isBetween(10.9, 11.5);
    assertThat(bob.get("/v1/media/download/" + media).status()).isEqualTo(200);
    assertThat(files()).containsExactly(media);
    assertThat(server.newTenant().get("/v1/media/" + media + "/info").status()).isEqualTo(404);
    Eventually.holds(
        "egress's own file goes",
        () -> bucket.objects().stream().noneMatch(name -> name.contains(recordings())));

    Eventually.holds(
        "the transcript is posted", () -> messages("swp.audio_transcript").size() == 1);
    JsonNode transcript = messages("swp.audio_transcript").getFirst();
    assertThat(transcript.path("text").asString()).containsIgnoringCase("fellow americans");
    assertThat(transcript.path("media_id").asString()).isEqualTo(media);
    assertThat(transcript.path("job_id").asString())
        .isEqualTo(alice.get(call + "/recordings").at("/data/0/transcript_job_id"));
    assertThat(transcript.path("call_id").asString())
        .isEqualTo(call.substring("/v1/calls/".length()));
    assertThat(messages("swp.media")).hasSize(1);
    TestCaller sameWithoutSpeech =
        alice.as("alice", Permission.CALLS, Permission.ROOMS, Permission.MEDIA_READ);
    String job = "/v1/jobs/" + transcript.path("job_id").asString();
    assertThat(sameWithoutSpeech.get(job).at("/data/status")).isEqualTo("completed");
    assertThat(bob.get(job).at("/error/code")).as("each their own").isEqualTo("SW_JOB_NOT_FOUND");
    assertThat(server.newTenant().get(job).status()).isEqualTo(404);
    assertThat(alice.only(Permission.ROOMS).get(job).status()).isEqualTo(403);
  }

  @Test
  void tellsWhatEndedItAndWhen() throws Exception {
    ringing("audio");
    record("{}");
    awaitStatus("recording");
    assertThat(shown().at("/data/recordings/0/end_reason")).isNull();
    egress.end("EGRESS_LIMIT_REACHED", "End reason: Session limit reached");
    Answer limited = awaitStatus("completed");
    assertThat(limited.at("/data/recordings/0/end_reason")).isEqualTo("limit_reached");

    record("{}");
    awaitSecond("recording");
    egress.end("EGRESS_COMPLETE", "End reason: CPU exhausted");
    assertThat(awaitSecond("completed").at("/data/recordings/1/end_reason"))
        .isEqualTo("overloaded");
    JsonNode told = CallTown.heard(bob, "swp.call.state").getLast().get("content");
    assertThat(told.at("/last_recording/end_reason").asString()).isEqualTo("overloaded");
  }

  @Test
  void endsWhenItWasStoppedHoweverLongItsFileTakes() throws Exception {
    ringing("audio");
    record("{}");
    awaitStatus("recording");
    egress.behave(Manner.UPLOADS_LATE);
    alice.post(call + "/recording/stop");
    awaitStatus("storing");
    Instant stopped = Instant.now();
    egress.behave(Manner.WELL);
    Answer kept = awaitStatus("completed");
    assertThat(Instant.parse(String.valueOf(kept.at("/data/recordings/0/ended_at"))))
        .isBeforeOrEqualTo(stopped);
    assertThat(kept.at("/data/recordings/0/end_reason")).isEqualTo("stopped");
  }

  @Test
  void postsNoTranscriptOfSilence() throws Exception {
    egress.silent(true);
    ringing("audio");
    record("{\"transcript\": true}");
    awaitStatus("recording");
    alice.post(call + "/recording/stop");
    awaitStatus("completed");
    Eventually.holds(
        "it is transcribed",
        () -> {
          String job = String.valueOf(shown().at("/data/recordings/0/transcript_job_id"));
          return "completed".equals(alice.get("/v1/jobs/" + job).at("/data/status"));
        });
    assertThat(messages("swp.audio_transcript")).isEmpty();
  }

  private Answer awaitSecond(String status) throws Exception {
    Eventually.holds(status, () -> status.equals(shown().at("/data/recordings/1/status")));
    return shown();
  }

  @Test
  void recordsThePicturesOfVideoCallsAndEndsWithTheCall() throws Exception {
    ringing("video");
    record("{\"audio\": true, \"video\": true}");
    awaitStatus("recording");
    alice.post(call + "/end");
    String media = String.valueOf(awaitStatus("completed").at("/data/recordings/0/media_id"));
    assertThat(alice.get("/v1/media/" + media + "/info").at("/data/width")).isEqualTo("320");
    assertThat(egress.requests().getLast().path("audio_only").asBoolean()).isFalse();
    assertThat(heardRecording(bob).getLast()).isFalse();
    Answer late = record("{}");
    assertThat(late.at("/error/code")).isEqualTo("SW_CALL_ENDED");
    assertThat(alice.post(call + "/recording/stop").status()).isEqualTo(410);
  }

  @Test
  void recordsPicturesAsIsAskedForOrAsTheTenantHasThem() throws Exception {
    ringing("video");
    for (String wrong :
        List.of(
            "\"layout\": \"mosaic\"",
            "\"layout\": 1",
            "\"width\": 640",
            "\"width\": 641, \"height\": 360",
            "\"width\": 640, \"height\": 0",
            "\"width\": 99999999999, \"height\": 360",
            "\"width\": 10000, \"height\": 10000",
            "\"video_kbps\": -1",
            "\"video_kbps\": 1000000")) {
      assertThat(record("{" + wrong + "}").status()).as(wrong).isBetween(400, 422);
    }
    assertThat(shown().json().at("/data/recordings")).isEmpty();
    String tenant = "/v1/admin/tenants/" + alice.tenant().id();
    TestCaller operator = alice.only(Permission.OPERATOR);
    assertRefused(
        operator.send("PATCH", tenant, "{\"recording_layout\": \"mosaic\"}"),
        422,
        "SW_VALIDATION_ERROR");
    Answer changed =
        operator.send(
            "PATCH",
            tenant,
            "{\"recording_layout\": \"speaker\", \"recording_width\": 1920,"
                + " \"recording_height\": 1080}");
    assertThat(changed.at("/data/recording_layout")).as(changed.text()).isEqualTo("speaker");

    Answer started = record("{\"layout\": \"single-speaker\", \"video_kbps\": 1500}");
    assertThat(started.at("/data/layout")).as(started.text()).isEqualTo("single-speaker");
    assertThat(started.at("/data/width")).as("the tenant's").isEqualTo("1920");
    JsonNode request = egress.requests().getLast();
    assertThat(request.path("layout").asString()).isEqualTo("single-speaker");
    assertThat(request.at("/advanced/width").asInt()).isEqualTo(1920);
    assertThat(request.at("/advanced/height").asInt()).isEqualTo(1080);
    assertThat(request.at("/advanced/video_bitrate").asInt()).isEqualTo(1500);
    assertThat(request.at("/advanced/framerate").asInt()).isEqualTo(30);

    operator.send("PATCH", tenant, "{\"recording_layout\": null}");
    assertThat(operator.get("/v1/admin/tenants").text()).contains("\"recording_layout\":null");
  }

  @Test
  void isBegunAgainOnlyOnceTheOneBeforeHasStopped() throws Exception {
    ringing("audio");
    record("{}");
    awaitStatus("recording");
    egress.behave(Manner.DEAD);
    assertThat(alice.post(call + "/recording/stop").at("/data/status")).isEqualTo("stopping");
    Answer early = record("{}");
    assertRefused(early, 409, "SW_CALL_RECORDING_STOPPING");
    assertThat(early.header("Retry-After")).isEqualTo("5");
    egress.behave(Manner.WELL);
    awaitStatus("completed");
    assertThat(record("{}").at("/data/status")).isIn("starting", "recording");
  }

  @Test
  void staysTheRoomsWithItsTranscriptWhenWhoStartedItGoes() throws Exception {
    ringing("audio");
    record("{\"transcript\": true}");
    awaitStatus("recording");
    TestRooms.power(alice, room, bob, 50);
    assertThat(alice.post("/v1/rooms/" + room + "/leave").status()).isEqualTo(200);
    Eventually.holds(
        "the transcript is posted", () -> messages("swp.audio_transcript").size() == 1);
    assertThat(files()).hasSize(1);
    assertThat(alice.get(call).at("/error/code")).isEqualTo("SW_CALL_FORBIDDEN");
  }

  @Test
  void isFoundWithoutWebhooks() throws Exception {
    egress.behave(Manner.TELLS_NOTHING);
    ringing("audio");
    record("{}");
    awaitStatus("recording");
    alice.post(call + "/recording/stop");
    awaitStatus("completed");
    assertThat(files()).hasSize(1);
  }

  @Test
  void becomesOneFileHoweverOftenItsEndIsTold() throws Exception {
    egress.behave(Manner.TELLS_TWICE);
    ringing("audio");
    record("{}");
    awaitStatus("recording");
    alice.post(call + "/recording/stop");
    awaitStatus("completed");
    // Another recording after it: by then all that was told of the first has been dealt with.
    record("{}");
    Eventually.holds(
        "recording", () -> "recording".equals(shown().at("/data/recordings/1/status")));
    alice.post(call + "/recording/stop");
    Eventually.holds(
        "completed", () -> "completed".equals(shown().at("/data/recordings/1/status")));
    assertThat(files()).hasSize(2);
    assertThat(messages("swp.media")).hasSize(2);
  }

  @Test
  void isTakenFromItsPlaceWhenEgressIsStuckAtItsEnd() throws Exception {
    egress.behave(Manner.STUCK_AT_ENDING);
    ringing("audio");
    record("{}");
    awaitStatus("recording");
    alice.post(call + "/recording/stop");
    awaitStatus("completed");
    assertThat(files()).hasSize(1);
  }

  @Test
  void isForThoseWhoMayRecordInTheRoom() {
    ringing("audio");
    TestCaller outsider = alice.as("erin", Permission.CALLS, Permission.CALLS_RECORD);
    TestCaller other = server.newTenant();
    TestCaller without = alice.only(Permission.ROOMS);
    for (String what : List.of("/recording/start", "/recording/stop", "/recordings")) {
      assertRefused(ask(outsider, what), 403, "SW_CALL_FORBIDDEN");
      assertRefused(ask(other, what), 404, "SW_CALL_NOT_FOUND");
      assertRefused(ask(without, what), 403, "SW_AUTH_INSUFFICIENT_PERMISSION");
      assertRefused(ask(server.stranger(), what), 401, "SW_AUTH_INVALID_TOKEN");
      if (!what.equals("/recordings")) {
        assertRefused(ask(carol, what), 403, "SW_CALL_FORBIDDEN");
      }
    }
    assertThat(ask(carol, "/recordings").status()).isEqualTo(200);
    assertThat(ask(carol, "/recordings").at("/meta/total")).isEqualTo("0");
    assertRefused(record("{\"audio\": false, \"video\": false}"), 422, "SW_VALIDATION_ERROR");
    assertRefused(record("{\"audio\": false, \"video\": true}"), 422, "SW_VALIDATION_ERROR");

    TestCaller recorder = alice.as("carol", Permission.CALLS, Permission.CALLS_RECORD);
    assertThat(ask(recorder, "/recording/start").status()).isEqualTo(200);
    TestRooms.power(alice, room, carol, 50);
    assertThat(ask(carol, "/recording/stop").status()).isEqualTo(200);
  }

  @Test
  void belongsToAnAdminOfTheRoomOnceWhoStartedItHasBeenRemoved() throws Exception {
    ringing("audio");
    TestCaller recorder =
        alice.as(
            "carol",
            Permission.CALLS,
            Permission.CALLS_RECORD,
            Permission.MEDIA_READ,
            Permission.TRANSCRIBE);
    String wish = "{\"transcript\": true}";
    assertThat(recorder.send("POST", call + "/recording/start", wish).status()).isEqualTo(200);
    awaitStatus("recording");
    assertThat(TestRooms.kick(alice, room, carol).status()).isEqualTo(200);
    alice.post(call + "/end");
    Answer kept = awaitStatus("completed");
    String media = String.valueOf(kept.at("/data/recordings/0/media_id"));
    assertThat(bob.get("/v1/media/download/" + media).status()).isEqualTo(200);
    assertThat(recorder.get("/v1/media/download/" + media).status()).isEqualTo(404);
    Eventually.holds("it is transcribed", () -> messages("swp.audio_transcript").size() == 1);
    String job = "/v1/jobs/" + shown().at("/data/recordings/0/transcript_job_id");
    assertThat(alice.get(job).status()).isEqualTo(200);
    assertThat(recorder.get(job).status()).isEqualTo(404);
  }

  @Test
  void isNotOfWhoLeavesTheRoomWhileItIsStored() throws Exception {
    ringing("audio");
    TestCaller recorder =
        alice.as("carol", Permission.CALLS, Permission.CALLS_RECORD, Permission.MEDIA_READ);
    assertThat(recorder.send("POST", call + "/recording/start", "{}").status()).isEqualTo(200);
    awaitStatus("recording");
    try (AutoCloseable _ = server.hold("lock table media in share row exclusive mode")) {
      alice.post(call + "/end");
      Eventually.holds(
          "the file is being stored",
          () ->
              server.count(
                      "from pg_stat_activity where datname = current_database()"
                          + " and wait_event_type = 'Lock' and query like '%into media%'")
                  > 0);
      assertThat(TestRooms.kick(alice, room, carol).status()).isEqualTo(200);
    }
    String media = String.valueOf(awaitStatus("completed").at("/data/recordings/0/media_id"));
    assertThat(bob.get("/v1/media/download/" + media).status()).isEqualTo(200);
    assertThat(recorder.get("/v1/media/download/" + media).status()).isEqualTo(404);
  }

  @Test
  void endsWhenItsTenantMayNotRecordAnyMore() throws Exception {
    ringing("audio");
    record("{}");
    awaitStatus("recording");
    alice
        .only(Permission.OPERATOR)
        .send(
            "PATCH", "/v1/admin/tenants/" + alice.tenant().id(), "{\"recordings_enabled\": false}");
    assertThat(awaitStatus("completed").at("/data/recordings/0/end_reason")).isEqualTo("stopped");
    Eventually.holds("it is told", () -> !heardRecording(bob).getLast());
  }

  @Test
  void isNotForTenantsThatDoNotRecord() {
    ringing("audio");
    alice
        .only(Permission.OPERATOR)
        .send(
            "PATCH", "/v1/admin/tenants/" + alice.tenant().id(), "{\"recordings_enabled\": false}");
    assertRefused(record("{}"), 403, "SW_CALL_RECORDING_DISABLED");
    assertThat(shown().json().at("/data/recordings")).isEmpty();
  }
}
