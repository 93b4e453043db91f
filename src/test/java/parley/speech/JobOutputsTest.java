package parley.speech;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestForm;
import parley.testing.TestJobs;
import parley.testing.TestServer;

@Tag("server")
class JobOutputsTest {
  private final TestCaller alice = TestServer.shared().newTenant();

  @Test
  void givesATranscriptInTheFormThatIsAskedFor() throws Exception {
    String path = "/v1/jobs/" + transcribed(Recordings.recording("jfk-3s.flac"));
    Answer json = alice.get(path);
    String transcript = String.valueOf(json.at("/data/transcript"));
    assertThat(json.header("Vary")).isEqualTo("Accept");

    Answer vtt = alice.get(path, "Accept", "text/vtt");
    assertThat(vtt.header("Content-Type")).isEqualTo("text/vtt;charset=utf-8");
    assertThat(Subtitles.read("webvtt", vtt.text()))
        .hasSameSizeAs(json.json().at("/data/segments").valueStream().toList())
        .first()
        .satisfies(
            caption -> assertThat(caption.text()).isEqualTo(json.at("/data/segments/0/text")));
    Answer srt = alice.get(path, "Accept", "application/x-subrip");
    assertThat(srt.header("Content-Type")).isEqualTo("application/x-subrip;charset=utf-8");
    assertThat(Subtitles.read("srt", srt.text())).isNotEmpty();
    assertThat(alice.get(path, "Accept", "text/plain").text()).isEqualTo(transcript + "\n");
    assertThat(alice.get(path.replace("jobs", "queue/jobs"), "Accept", "text/plain").text())
        .isEqualTo(transcript + "\n");
  }

  @Test
  void refusesAFormThatItDoesNotHave() throws Exception {
    Answer answer =
        alice.get(
            "/v1/jobs/" + transcribed(Recordings.recording("jfk-3s.flac")), "Accept", "image/png");

    assertThat(answer.status()).isEqualTo(406);
    assertThat(answer.at("/error/code")).isEqualTo("SW_NOT_ACCEPTABLE");
  }

  @Test
  void givesEmptyFormsWhenNothingWasSaid() throws Exception {
    String path = "/v1/jobs/" + transcribed(Recordings.recording("noise4.flac"));

    assertThat(alice.get(path).at("/data/transcript")).isEmpty();
    assertThat(alice.get(path, "Accept", "text/vtt").text()).isEqualTo("WEBVTT\n");
    assertThat(alice.get(path, "Accept", "application/x-subrip").text()).isEmpty();
    assertThat(alice.get(path, "Accept", "text/plain").text()).isEqualTo("\n");
  }

  @Test
  void showsWordsOnlyOnRequest() throws Exception {
    String path = "/v1/jobs/" + transcribed(Recordings.recording("jfk-3s.flac"));

    assertThat(alice.get(path).json().at("/data/segments/0").has("words")).isFalse();
    Answer detailed = alice.get(path + "?words=true");
    assertThat(detailed.at("/data/segments/0/words/0/text")).isEqualTo("And");
    assertThat(detailed.json().at("/data/segments/0/words/0/end").asDouble()).isBetween(0.1, 2.0);
    assertThat(alice.get(path + "?words=True").json().at("/data/segments/0").has("words")).isTrue();
    assertThat(alice.get(path + "?words=perhaps").status()).isEqualTo(400);
  }

  @Test
  void hasNoCaptionsOfAJobThatFailed() throws Exception {
    String path = "/v1/jobs/" + ended(Path.of("pom.xml"));
    assertThat(alice.get(path).at("/data/status")).isEqualTo("failed");

    Answer answer = alice.get(path, "Accept", "text/vtt");

    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.at("/error/code")).isEqualTo("SW_JOB_NOT_COMPLETED");
  }

  private String transcribed(Path recording) throws Exception {
    String job = ended(recording);
    assertThat(alice.get("/v1/jobs/" + job).at("/data/status")).isEqualTo("completed");
    return job;
  }

  private String ended(Path recording) throws Exception {
    return TestJobs.ended(
        alice, alice.post("/v1/transcribe", new TestForm().file(recording)).at("/data/job_id"));
  }
}
