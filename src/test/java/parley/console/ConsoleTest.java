package parley.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
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
import parley.speech.diarisation.Conversation;
import parley.testing.Eventually;
import parley.testing.TestCaller;
import parley.testing.TestServer;
import tools.jackson.databind.json.JsonMapper;

/// Every page of the console in a real browser, with real data.
@Tag("slow")
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConsoleTest {
  private final TestServer server = TestServer.shared();
  private TestCaller alice;
  private Path meeting;
  private ConsoleUser user;

  @BeforeAll
  void open(@TempDir Path folder) throws Exception {
    alice = tenant("Riverside Library");
    Path microphone = folder.resolve("microphone.wav");
    Files.write(
        microphone,
        Recordings.converted(Recordings.recording("jfk.flac"), "-f", "wav", "-ar", "48000"));
    meeting =
        Recordings.wav(
            folder.resolve("meeting.wav"),
            new Conversation()
                .say(Conversation.IRON, 0.4, 5, 0.3)
                .say(Conversation.KINE, 0.3, 5, 0.4)
                .say(Conversation.LOBSTER, 0.3, 5, 0.4)
                .samples());
    user = ConsoleUser.open(server, microphone);
  }

  @AfterAll
  void close() throws Exception {
    user.close();
  }

  /// A tenant whose name fits into a screenshot, with a user who may do everything in it.
  private TestCaller tenant(String name) {
    TestCaller operator = server.newTenant().only(Permission.OPERATOR);
    String id =
        String.valueOf(
            operator
                .send("POST", "/v1/admin/tenants", json("name", name + " " + UUID.randomUUID()))
                .at("/data/id"));
    Set<Permission> all = EnumSet.complementOf(EnumSet.of(Permission.OPERATOR));
    String key =
        String.valueOf(
            operator
                .send(
                    "POST",
                    "/v1/admin/keys",
                    JsonMapper.shared()
                        .writeValueAsString(
                            Map.of(
                                "tenant_id",
                                id,
                                "user",
                                "alice",
                                "permissions",
                                all.stream().map(Permission::text).toList())))
                .at("/data/key"));
    return operator.withToken(key);
  }

  private static String json(String name, String value) {
    return JsonMapper.shared().writeValueAsString(Map.of(name, value));
  }

  @BeforeEach
  void startAnew() throws Exception {
    user.evaluate("document.querySelector('[aria-label=\"Sign out\"]')?.click()");
    user.sees("Sign in to Parley");
    user.problems();
  }

  @Test
  void tellsWhenTheKeyIsNotKnown() throws Exception {
    user.looksWell("sign-in");
    user.signIn("sgk_wrong");
    user.sees("The server does not know this key.");
    assertThat(user.evaluate("JSON.stringify(sessionStorage)")).isEqualTo("{}");
    user.problems();
  }

  @Test
  void turnsAMeetingIntoATranscriptWithNames() throws Exception {
    user.signIn(alice.token());
    user.sees("Drop recordings here");
    user.choose(meeting);
    user.sees("meeting.wav");
    Eventually.holds("it is transcribed", () -> user.shown().contains("Ready"));
    user.looksWell("transcribe");
    user.press("meeting.wav");
    user.sees("3 speakers");
    user.press("S1");
    user.fill("Name", "Margaret");
    user.press("Save");
    Eventually.holds("the name is shown", () -> user.shown().contains("Margaret\n"));

    user.evaluate("document.querySelectorAll('[data-w]')[20].click()");
    Eventually.holds(
        "words light up while it plays",
        () -> user.evaluate("document.querySelector('.lit')?.dataset.w ?? ''").matches("2[1-9]"));
    user.press("Pause");
    user.fill("Search the transcript", "iron");
    user.sees("1 of ");
    user.looksWell("transcript");

    String job = "/v1/jobs/" + alice.get("/v1/jobs").at("/data/0/job_id");
    assertThat(alice.get(job, "Accept", "text/vtt").text()).contains("<v Margaret>");
  }

  @Test
  void captionsTheMicrophone() throws Exception {
    user.signIn(alice.madeUser("bob", Permission.TRANSCRIBE).token());
    user.press("Live captions");
    user.select("Spoken language", "en");
    user.press("Start");
    Eventually.holds(
        "the words are shown",
        () -> user.shown().toLowerCase(Locale.ROOT).contains("for your country"));
    user.press("Stop");
    user.sees("Not listening");
    user.looksWell("live");
    assertThat(user.shown()).doesNotContain("Media", "Rooms");
  }
}
