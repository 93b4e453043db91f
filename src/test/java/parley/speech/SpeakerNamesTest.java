package parley.speech;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import parley.auth.Permission;
import parley.speakers.EnrolledVoices;
import parley.speech.diarisation.Conversation;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestForm;
import parley.testing.TestJobs;
import parley.testing.TestServer;

/// Names that a reader gives to the speakers of a transcript: of two, the first is enrolled.
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SpeakerNamesTest {
  private final TestServer server = TestServer.shared();
  private final TestCaller alice = server.newTenant();
  private String job = "";

  @BeforeAll
  void transcribe(@TempDir Path folder) throws Exception {
    EnrolledVoices.enrol(alice, "Iron");
    Path recording =
        Recordings.wav(
            folder.resolve("exchange.wav"),
            new Conversation()
                .say(Conversation.IRON, 0.4, 5, 0.3)
                .say(Conversation.LOBSTER, 0.3, 5, 0.4)
                .samples());
    TestForm form = new TestForm().file(recording).field("language", "en").field("diarize", "true");
    job = "/v1/jobs/" + TestJobs.ended(alice, TestJobs.queue(alice, form));
  }

  private Answer name(TestCaller caller, String label, String body) {
    return caller.send("PUT", job + "/speakers/" + label, body);
  }

  @Test
  void appearInEveryFormOfTheTranscriptUntilTheyAreTakenBack() {
    Answer named = name(alice, "S2", "{\"display_name\": \"Lobster & Co\"}");

    assertThat(named.status()).as(named.text()).isEqualTo(200);
    assertThat(named.at("/data/display_name")).isEqualTo("Lobster & Co");
    assertThat(alice.get(job).json().at("/data/speakers/1/display_name").asString())
        .isEqualTo("Lobster & Co");
    assertThat(alice.get(job).json().at("/data/speakers/1/label").asString()).isEqualTo("S2");
    assertThat(alice.get(job, "Accept", "text/vtt").text()).contains("<v Lobster &amp; Co>");
    assertThat(alice.get(job, "Accept", "application/x-subrip").text()).contains("Lobster & Co: ");
    assertThat(alice.get(job, "Accept", "text/plain").text()).contains("Lobster & Co: ");
    assertThat(alice.get(job, "Accept", "text/rttm").text()).contains(" Lobster___Co ");

    assertThat(name(alice, "S2", "{\"display_name\": null}").status()).isEqualTo(200);
    assertThat(alice.get(job, "Accept", "text/vtt").text()).contains("<v S2>");
  }

  @Test
  void areRefusedForVoicesThatAreKnownOrUnknown() {
    Answer enrolled = name(alice, "S1", "{\"display_name\": \"Somebody\"}");
    assertThat(enrolled.status()).isEqualTo(404);
    assertThat(enrolled.at("/error/code")).isEqualTo("SW_SPEAKER_NOT_FOUND");
    assertThat(name(alice, "S9", "{\"display_name\": \"Nobody\"}").status()).isEqualTo(404);
    assertThat(alice.get(job, "Accept", "text/vtt").text()).contains("<v Iron>");
  }

  @Test
  void areRefusedWhereTheyCannotBeShown() {
    assertThat(name(alice, "S2", "{\"display_name\": \"\"}").status()).isEqualTo(422);
    assertThat(name(alice, "S2", "{\"display_name\": \"a\\u0000b\"}").status()).isEqualTo(422);
    assertThat(name(alice, "S2", "{\"display_name\": \"" + "x".repeat(201) + "\"}").status())
        .isEqualTo(422);
    assertThat(name(alice, "S2", "[]").status()).isEqualTo(400);
  }

  @Test
  void areRefusedWhereThereIsNoTranscript() throws Exception {
    String failed = TestJobs.ended(alice, TestJobs.queue(alice, Path.of("pom.xml")));

    Answer answer =
        alice.send("PUT", "/v1/jobs/" + failed + "/speakers/S1", "{\"display_name\": \"A\"}");

    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.at("/error/code")).isEqualTo("SW_JOB_NOT_COMPLETED");
  }

  @Test
  void areGivenByTheJobsOwnUserAlone() {
    String body = "{\"display_name\": \"Mallory\"}";
    assertThat(name(server.newTenant(), "S2", body).status()).isEqualTo(404);
    assertThat(name(alice.colleague(), "S2", body).status()).isEqualTo(404);
    assertThat(name(alice.only(Permission.CALLS), "S2", body).status()).isEqualTo(403);
    assertThat(name(server.stranger(), "S2", body).status()).isEqualTo(401);
    assertThat(alice.get(job, "Accept", "text/vtt").text()).doesNotContain("Mallory");
  }

  @Test
  void tellsWhatAJobWorksOn() {
    assertThat(alice.get(job).at("/data/filename")).isEqualTo("exchange.wav");
    String media =
        String.valueOf(
            alice
                .post(
                    "/v1/media/upload",
                    new TestForm().file(Path.of("src/test/resources/speech/jfk-3s.flac")))
                .at("/data/media_id"));
    String queued = TestJobs.queue(alice, new TestForm().field("media_id", media));
    Answer listed = alice.get("/v1/jobs");
    assertThat(listed.at("/data/0/job_id")).isEqualTo(queued);
    assertThat(listed.at("/data/0/filename")).isEqualTo("jfk-3s.flac");
    assertThat(listed.at("/data/0/media_id")).isEqualTo(media);
  }
}
