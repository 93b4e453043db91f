package parley.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
  private static final Path MEDIA = Path.of("src/test/resources/media");

  private final TestServer server = TestServer.shared();
  private TestCaller operator;
  private TestCaller alice;
  private Path meeting;
  private ConsoleUser user;

  @BeforeAll
  void open(@TempDir Path folder) throws Exception {
    operator = server.newTenant().only(Permission.OPERATOR);
    alice = someoneOf("Riverside " + UUID.randomUUID().toString().substring(0, 8));
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

  /// A user of a new tenant, whose name fits into a screenshot, with every permission in it.
  private TestCaller someoneOf(String tenant) {
    String id =
        String.valueOf(
            operator
                .send("POST", "/v1/admin/tenants", json(Map.of("name", tenant)))
                .at("/data/id"));
    List<String> all =
        EnumSet.complementOf(EnumSet.of(Permission.OPERATOR)).stream()
            .map(Permission::text)
            .toList();
    return operator.withToken(
        String.valueOf(
            operator
                .send(
                    "POST",
                    "/v1/admin/keys",
                    json(Map.of("tenant_id", id, "user", "alice", "permissions", all)))
                .at("/data/key")));
  }

  private static String json(Map<String, Object> body) {
    return JsonMapper.shared().writeValueAsString(body);
  }

  @BeforeEach
  void signOut() throws Exception {
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
    // The browser itself logs a 401.
    user.problems();
  }

  @Test
  void turnsAMeetingIntoATranscriptWithNames() throws Exception {
    user.signIn(alice.token());
    user.sees("Drop recordings here");
    user.choose("input[type=file]", meeting);
    user.sees("meeting.wav");
    user.sees("Ready");
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
  void captionsTheMicrophoneAndHidesWhatTheKeyDoesNotOpen() throws Exception {
    user.signIn(alice.madeUser("bob", Permission.TRANSCRIBE, Permission.DIARIZE).token());
    user.press("Live captions");
    user.select("Spoken language", "en");
    user.press("Start");
    Eventually.holds(
        "the words are shown",
        () -> user.shown().toLowerCase(Locale.ROOT).contains("for your country"));
    user.press("Stop");
    user.sees("Not listening");
    user.looksWell("live");
    user.choose("input[type=file]", Recordings.recording("jfk-3s.flac"));
    Eventually.holds(
        "what a file says is shown in place of it",
        () -> user.shown().contains("Not listening") && user.count(".captions p").equals("1"));
    assertThat(user.shown()).doesNotContain("Media", "Rooms", "Operator");
    user.goTo("media");
    user.sees("It needs the permission media:read.");
    assertThat(user.problems()).isEmpty();
  }

  @Test
  void keepsFiles() throws Exception {
    user.signIn(alice.token());
    user.press("Media");
    user.sees("Drop files here");
    user.choose(
        "input[type=file]",
        MEDIA.resolve("bars.png"),
        MEDIA.resolve("turned.mp4"),
        MEDIA.resolve("plain.pdf"));
    Eventually.holds("they are there", () -> user.count("button.tile").equals("3"));
    Eventually.holds("with their pictures", () -> user.count(".tile img").equals("2"));
    user.looksWell("media");
    user.press("Pictures");
    assertThat(user.count("button.tile")).isEqualTo("1");
    user.press("bars.png");
    user.press("Share link");
    user.sees("Opens the file for everybody");
    String link = user.evaluate("named('input', 'Opens the file').value");
    assertThat(server.stranger().get(link).status()).isEqualTo(200);
    user.looksWell("file");
    user.press("Delete");
    user.sees("Delete this file?");
    user.press("Delete");
    Eventually.holds("it is gone", () -> user.count("button.tile").equals("0"));
    assertThat(alice.get("/v1/media").text()).doesNotContain("bars.png");
    assertThat(user.problems()).isEmpty();
  }

  @Test
  void showsRoomsAndWhatIsSaidInThem() throws Exception {
    user.signIn(alice.token());
    user.press("Rooms");
    user.press("Create a room");
    user.fill("Name", "Weekly planning");
    user.fill("Topic", "What comes next");
    user.evaluate("document.querySelector('dialog [type=submit]').click()");
    user.sees("No messages yet");
    user.fill("Message", "The recording of yesterday is in the files.");
    user.press("Send");
    user.sees("The recording of yesterday is in the files.\n");

    TestCaller carol = alice.madeUser("carol", Permission.ROOMS);
    user.press("Members");
    user.fill("Invite a user", "carol");
    user.press("Invite");
    user.sees("Invited");
    String room = "/v1/rooms/" + user.evaluate("location.hash.split('/')[2]");
    assertThat(carol.post(room + "/join").status()).isEqualTo(200);
    user.looksWell("members");
    user.press("Messages");
    carol.send(
        "POST",
        room + "/send",
        "{\"content\": {\"msgtype\": \"swp.text\", \"body\": \"Thanks!\"}}");
    user.sees("Thanks!");
    user.looksWell("room");
    user.press("Files");
    user.choose(".panel input[type=file]", MEDIA.resolve("plain.jpg"));
    user.sees("plain.jpg");
    user.looksWell("room-files");
    user.evaluate("document.getElementById('tab-calls').click()");
    user.sees("No calls yet");
    user.press("Calls");
    user.sees("Calls of your rooms appear here");
    user.goTo("rooms");
    user.sees("What comes next");
    user.looksWell("rooms");
  }

  @Test
  void enrolsAndErasesSpeakers() throws Exception {
    user.signIn(alice.token());
    user.press("Speakers");
    user.press("Enrol a speaker");
    user.fill("Full name", "Alice Example");
    user.press("Record");
    user.sees("Above noise");
    user.press("Stop");
    user.sees("Record again");
    user.choose("input[aria-label=Voice]", Recordings.recording("ls-1688-142285-0000.flac"));
    user.sees("Above noise");
    user.choose("input[aria-label=Consent]", Recordings.recording("ls-1688-142285-0003.flac"));
    user.sees("Same voice");
    user.looksWell("enrol");
    user.press("Enrol a speaker");
    user.sees("Alice Example is enrolled");
    user.sees("until ");
    user.looksWell("speakers");
    user.press("Consent of Alice Example");
    user.sees("I, Alice Example, agree that my voice is recorded");
    user.looksWell("consent");
    user.press("Close");
    user.press("Erase Alice Example");
    user.sees("Erase Alice Example?");
    user.press("Erase");
    user.sees("1 profile was erased");
    assertThat(user.problems()).isEmpty();
  }

  @Test
  void createsAndRevokesKeysAndShowsUsage() throws Exception {
    user.signIn(alice.token());
    user.press("Keys & usage");
    user.press("Create a key");
    user.fill("User", "dora");
    user.fill("What it is for", "Captions in the hall");
    user.evaluate("document.querySelector('dialog [type=submit]').click()");
    user.sees("The key is ready");
    String key = user.evaluate("document.querySelector('dialog input').value");
    assertThat(alice.withToken(key).get("/v1/me").at("/data/user")).isEqualTo("dora");
    user.press("Close");
    user.sees("Captions in the hall");
    user.looksWell("keys");
    user.press("Revoke the key of dora");
    user.sees("Revoke this key?");
    user.press("Revoke");
    Eventually.holds("it is gone", () -> !user.shown().contains("Captions in the hall"));
    assertThat(alice.withToken(key).get("/v1/me").status()).isEqualTo(401);

    user.press("Usage");
    Eventually.holds("the plots are drawn", () -> user.count(".plot canvas").equals("3"));
    user.looksWell("usage");
    user.press("Policies");
    user.press("The consent text must be read out");
    user.sees("Saved");
    assertThat(alice.get("/v1/modules/scaiecho/speaker-policy").at("/data/consent_reading"))
        .isEqualTo("require");
    user.press("The consent text must be read out");
    user.looksWell("policies");
  }

  @Test
  void showsOperatorsTheServerAndItsTenants() throws Exception {
    user.signIn(operator.token());
    user.press("Operator");
    user.sees("Jobs waiting");
    user.sees("database");
    user.looksWell("operator");
    user.press("Tenants");
    user.sees("Unlimited");
    String name = String.valueOf(alice.get("/v1/me").at("/data/tenant"));
    user.press("Change " + name);
    user.fill("Storage (MB)", "5000");
    user.press("Save");
    user.sees("5,000 MB");
    user.press("Audit");
    user.sees("Your own");
    assertThat(user.problems()).isEmpty();
  }

  @Test
  void speaksGerman() throws Exception {
    user.signIn(alice.token());
    user.select("Language", "de");
    user.sees("Aufnahmen hier ablegen");
    user.looksWell("german");
    assertThat(user.evaluate("document.documentElement.lang")).isEqualTo("de");
    user.select("Sprache", "en");
    user.sees("Drop recordings here");
  }
}
