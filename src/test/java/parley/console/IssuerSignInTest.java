package parley.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.testing.Eventually;
import parley.testing.SettableClock;
import parley.testing.TestCaller;
import parley.testing.TestIssuer;
import parley.testing.TestServer;

/// Signing in to the console at a real issuer, in a real browser.
@Tag("slow")
@Timeout(180)
class IssuerSignInTest {
  /// The first token lives for a minute, later ones for a day.
  private static final String SHORT_THEN_LONG = "60,86400";

  private static final Duration LONGER_THAN_THE_FIRST = Duration.ofMinutes(10);

  private final SettableClock clock = new SettableClock(Instant.now());
  private final TestIssuer issuer = new TestIssuer();
  private final TestServer server = TestServer.start(issuer.settings(), clock);
  private final TestCaller tenant = server.newTenant();
  private final ConsoleUser user = ConsoleUser.open(server);

  IssuerSignInTest() throws Exception {}

  @AfterEach
  void stop() throws Exception {
    user.close();
    issuer.close();
    server.close();
  }

  private void startIssuer(boolean refreshed) {
    issuer.start(
        server.uri("/console"), tenant.tenant().id().toString(), SHORT_THEN_LONG, refreshed);
  }

  private void signIn(String name) throws Exception {
    user.press("Sign in with " + issuer.address().getAuthority());
    user.fill("Enter any login", name);
    user.fill("and password", "any");
    user.press("Sign-in");
    user.press("Continue");
  }

  @Test
  void goesOnWhereSomebodyWasWhenTheTokenEnded() throws Exception {
    startIssuer(false);
    user.looksWell("sign-in-issuer");
    user.goTo("rooms");
    signIn("carol");
    user.sees("You are in no room");
    assertThat(user.shown()).contains("Carol Example");
    assertThat(user.evaluate("location.search + localStorage.length")).isEqualTo("0");

    user.press("Create a room");
    user.fill("Name", "Half written");
    clock.move(LONGER_THAN_THE_FIRST);
    user.evaluate("document.querySelector('dialog [type=submit]').click()");
    user.sees("Your session has ended");
    assertThat(user.evaluate("named('input', 'Name').value")).isEqualTo("Half written");
    user.problems();
    user.looksWell("session-ended");
    user.press("Sign in again");
    user.sees("No messages yet");
    assertThat(user.shown()).contains("Half written").doesNotContain("Your session has ended");

    user.press("Sign out");
    user.press("Yes, sign me out");
    user.sees("Sign in to Parley");
    assertThat(user.evaluate("JSON.stringify(sessionStorage)")).isEqualTo("{}");
    user.press("Sign in with ");
    Eventually.holds("the issuer forgot, too", () -> user.shown().contains("Sign-in"));
  }

  @Test
  void asksNobodyWhereTheIssuerGivesAnotherToken() throws Exception {
    startIssuer(true);
    signIn("carol");
    user.sees("No transcripts yet");
    String first = user.evaluate("sessionStorage['parley.session']");
    clock.move(LONGER_THAN_THE_FIRST);
    user.press("Rooms");
    user.sees("You are in no room");
    assertThat(user.evaluate("sessionStorage['parley.session']")).isNotEqualTo(first);
    clock.move(LONGER_THAN_THE_FIRST);
    user.open("/console?from=mail#/speakers");
    user.sees("You may not enrol anybody");
  }

  @Test
  void refusesAnswersToWhatItDidNotAsk() throws Exception {
    startIssuer(false);
    user.open("/console?code=stolen&state=made-up");
    user.sees("This sign-in did not begin in this tab");
    assertThat(user.evaluate("location.search")).isEmpty();

    user.press("Sign in with ");
    user.sees("Sign-in");
    user.open("/console?code=stolen&state=made-up");
    user.sees("does not belong to this sign-in");
    assertThat(user.evaluate("JSON.stringify(sessionStorage)")).isEqualTo("{}");
  }

  @Test
  void saysWhyParleyDoesNotTakeTheIssuersWord() throws Exception {
    startIssuer(false);
    signIn("stranger");
    user.sees("You signed in, but Parley does not accept it: The token's tenant is unknown.");
    assertThat(user.evaluate("JSON.stringify(sessionStorage)")).isEqualTo("{}");
  }

  @Test
  void takesKeysWhileTheIssuerIsAway() throws Exception {
    user.press("Sign in with ");
    user.sees("The sign-in server does not answer.");
    user.signIn(tenant.token());
    user.sees("No transcripts yet");
  }
}
