package parley.speech.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import parley.auth.Permission;
import parley.speech.Recordings;
import parley.testing.Browser;
import parley.testing.Eventually;
import parley.testing.TestCaller;
import parley.testing.TestServer;

/// The page that shows captions, in a real browser whose microphone plays a recording.
@Tag("slow")
@Timeout(240)
class ConsoleTest {
  private static final String SHOWN = "document.getElementById('captions').innerText";
  private static final String STATE = "document.getElementById('state').textContent";

  private final TestServer server = TestServer.shared();

  @TempDir private Path folder;

  @Test
  void showsWhatIsSaidIntoTheMicrophone() throws Exception {
    Path recording = folder.resolve("microphone.wav");
    Files.write(
        recording,
        Recordings.converted(Recordings.recording("jfk.flac"), "-f", "wav", "-ar", "48000"));
    TestCaller alice = server.newTenant().only(Permission.TRANSCRIBE);
    try (Browser browser = Browser.start(recording)) {
      browser.open(server.uri("/console"));
      start(browser, alice.token());

      Eventually.holds(
          "the words are on the page",
          () -> {
            String shown = browser.evaluate(SHOWN).toLowerCase(Locale.ROOT);
            return shown.contains("fellow american") && shown.contains("for your country");
          });
      browser.evaluate("document.getElementById('toggle').click()");
      Eventually.holds("it has ended", () -> browser.evaluate(STATE).equals("Not listening"));
      assertThat(browser.evaluate("document.getElementById('guess').textContent")).isEmpty();
    }
  }

  @Test
  void tellsWhenTheKeyIsNotTaken() throws Exception {
    Path silence = folder.resolve("silence.wav");
    Files.write(
        silence,
        Recordings.converted(
            Recordings.recording("jfk.flac"), "-t", "1", "-f", "wav", "-ar", "48000"));
    try (Browser browser = Browser.start(silence)) {
      browser.open(server.uri("/console"));
      start(browser, "sgk_wrong");

      Eventually.holds(
          "it says so",
          () -> browser.evaluate(STATE).equals("The server did not let this key in."));
    }
  }

  private static void start(Browser browser, String key) throws Exception {
    browser.evaluate(
        "document.getElementById('key').value = '"
            + key
            + "'; document.getElementById('language').value = 'en';"
            + " document.getElementById('toggle').click()");
  }
}
