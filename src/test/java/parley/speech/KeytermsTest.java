package parley.speech;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import parley.testing.Eventually;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestForm;
import parley.testing.TestServer;

/// The recording says `The best emetic is that which is at hand.`
@Tag("slow")
class KeytermsTest {
  private static final String ECHO = "/v1/modules/scaiecho/transcribe";
  private static final String OPENAI = "/v1/audio/transcriptions";
  private static final Path RECORDING = Recordings.recording("ls-1998-15444-0007.flac");
  private static final String SPOKEN = "The best emetic is that which is at hand.";

  private final TestServer server = TestServer.shared();

  @Test
  void spellsATermAsGivenWhereItIsSpoken() {
    TestCaller alice = server.newTenant();

    assertThat(alice.post(ECHO, form()).at("/data/transcript")).doesNotContain("emetic");
    assertThat(
            alice
                .post(ECHO, form().field("keyterms", "Zarathustra, emetic"))
                .at("/data/transcript"))
        .isEqualTo(SPOKEN);
    assertThat(
            alice
                .post(
                    OPENAI, form().field("keyterms[]", "Zarathustra").field("keywords[]", "emetic"))
                .at("/text"))
        .isEqualTo(SPOKEN);
  }

  @Test
  void keepsTheTermsOfAJobUntilItRuns() throws Exception {
    TestCaller alice = server.newTenant();
    Answer queued = alice.post("/v1/transcribe", form().field("keyterms", "emetic"));
    String path = "/v1/jobs/" + queued.at("/data/job_id");

    Eventually.holds("the job ends", () -> "completed".equals(alice.get(path).at("/data/status")));

    assertThat(alice.get(path).at("/data/transcript")).isEqualTo(SPOKEN);
    assertThat(server.newTenant().get(path).status()).isEqualTo(404);
  }

  @Test
  void writesNoTermThatIsNotSpoken() {
    String decoys =
        "warfarin,tachycardia,Americana,Californian,Kennedy,Saoirse,Quetzalcoatl,fellowship,"
            + "astronaut,countess,doughnut,Yorkshire,Kubernetes,Grafana,Björkman,Villanueva";
    Path other = Recordings.recording("jfk-3s.flac");
    TestCaller alice = server.newTenant();

    // With keyterms there is no second opinion, which may set another comma.
    assertThat(
            alice
                .post(ECHO, new TestForm().file(other).field("keyterms", decoys))
                .at("/data/transcript"))
        .isIn("And so my fellow Americans.", "And so, my fellow Americans.");
  }

  @ParameterizedTest
  @CsvSource({
    ECHO + ", 422, VALIDATION_ERROR",
    "/v1/transcribe, 422, SW_VALIDATION_ERROR",
    OPENAI + ", 400, invalid_value"
  })
  void refusesMoreAndLongerTermsThanItTakes(String path, int status, String code) {
    TestCaller alice = server.newTenant();
    String tooMany =
        IntStream.range(0, 101)
            .mapToObj(number -> "term" + number)
            .collect(Collectors.joining(","));

    for (String terms : List.of(tooMany, "a".repeat(101), "a\u0007b", "--")) {
      Answer answer = alice.post(path, form().field("keyterms", terms));

      assertThat(answer.status()).isEqualTo(status);
      assertThat(answer.at("/error/code")).isEqualTo(code);
      assertThat(answer.at("/error/message")).startsWith("'keyterms' has ");
    }
  }

  @Test
  void continuesAPromptInItsSpelling() {
    assertThat(
            server
                .newTenant()
                .post(OPENAI, form().field("prompt", "An emetic makes a patient vomit."))
                .at("/text"))
        .isEqualTo(SPOKEN);
  }

  private static TestForm form() {
    return new TestForm().file(RECORDING);
  }
}
