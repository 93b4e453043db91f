package parley.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.auth.Permission;
import parley.speech.Recordings;
import parley.testing.Eventually;
import parley.testing.Programs;
import parley.testing.TestCaller;
import parley.testing.TestServer;

/// What browsers do differently, in Firefox: playing sound, sockets, uploads, plots and styles.
/// [ConsoleTest] covers the rest, and live captions too: without a sound device, Firefox starts no
/// AudioContext.
@Tag("slow")
@Timeout(180)
class FirefoxTest {
  private final TestCaller alice = TestServer.shared().newTenant();

  @Test
  void showsEveryPage() throws Exception {
    assumeThat(Programs.hasFirefox()).as("Ubuntu has Firefox as a snap alone").isTrue();
    try (ConsoleUser user = ConsoleUser.inFirefox(TestServer.shared())) {
      user.signIn(alice.token());
      user.sees("Drop recordings here");
      user.choose("input[type=file]", Recordings.recording("jfk-3s.flac"));
      user.sees("Ready");
      user.press("jfk-3s.flac");
      Eventually.holds("words are shown", () -> !user.count("[data-w]").equals("0"));
      user.evaluate("document.querySelectorAll('[data-w]')[1].click()");
      Eventually.holds(
          "words light up while it plays",
          () -> !user.evaluate("document.querySelector('.lit')?.dataset.w ?? ''").isEmpty());
      user.sees("fellow Americans");
      user.fitsAndIsAccessible("transcript in Firefox");

      user.press("Live captions");
      user.sees("Press Start and speak");
      user.fitsAndIsAccessible("live captions in Firefox");

      user.press("Media");
      user.choose("input[type=file]", Path.of("src/test/resources/media/bars.png"));
      Eventually.holds("its picture is shown", () -> user.count(".tile img").equals("1"));
      user.fitsAndIsAccessible("media in Firefox");

      user.press("Rooms");
      user.press("Create a room");
      user.fill("Name", "Weekly planning");
      user.evaluate("document.querySelector('dialog [type=submit]').click()");
      user.sees("No messages yet");
      user.fill("Message", "Hello");
      user.press("Send");
      user.sees("Hello\n");
      user.fitsAndIsAccessible("room in Firefox");

      user.press("Calls");
      user.sees("No calls yet");
      user.press("Speakers");
      user.sees("Nobody is enrolled");
      user.press("Keys & usage");
      user.press("Usage");
      Eventually.holds("the plots are drawn", () -> user.count(".plot canvas").equals("3"));
      user.fitsAndIsAccessible("usage in Firefox");

      user.press("Sign out");
      user.signIn(alice.only(Permission.OPERATOR).token());
      user.press("Operator");
      user.sees("database");
      assertThat(user.problems()).isEmpty();
    }
  }
}
