package parley.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import parley.testing.Browser;
import parley.testing.Eventually;
import parley.testing.Programs;
import parley.testing.TestServer;
import tools.jackson.databind.json.JsonMapper;

/// Somebody who uses the console in a browser: finds things by their names, as people and screen
/// readers do, and takes screenshots into `target/console`.
public final class ConsoleUser implements AutoCloseable {
  private static final Path SCREENSHOTS = Path.of("target", "console");

  /// Elements by what they are called or show.
  private static final String FIND =
      """
      window.named = (selector, name) => {
        const called = (one) => (one.getAttribute('aria-label') ?? one.labels?.[0]?.innerText ?? (one.placeholder || one.innerText)).trim();
        const all = [...document.querySelectorAll(selector)].filter((one) => one.checkVisibility());
        return all.find((one) => called(one) === name) ?? all.find((one) => called(one).startsWith(name));
      }
      """;

  private final URI server;
  private final Browser browser;
  private final String axe;

  private ConsoleUser(URI server, Browser browser, String axe) {
    this.server = server;
    this.browser = browser;
    this.axe = axe;
  }

  /// Opens the console; the caller closes the browser.
  ///
  /// @param microphone a 16-bit WAV file that the microphone plays once
  public static ConsoleUser open(TestServer server, Path microphone) throws Exception {
    return open(server.uri(""), Browser.start(microphone));
  }

  /// Like [#open(TestServer, Path)] without a microphone.
  public static ConsoleUser open(TestServer server) throws Exception {
    return open(server.uri(""));
  }

  /// Like [#open(TestServer)] for a server at another address, such as a proxy's.
  public static ConsoleUser open(URI server) throws Exception {
    return open(server, Browser.start());
  }

  /// Like [#open(TestServer)] in Firefox.
  static ConsoleUser inFirefox(TestServer server) throws Exception {
    return open(server.uri(""), Browser.firefox());
  }

  private static ConsoleUser open(URI server, Browser browser) throws Exception {
    String axe =
        Files.readString(Programs.installed("console").resolve("node_modules/axe-core/axe.min.js"));
    ConsoleUser user = new ConsoleUser(server, browser, axe);
    user.browser.watch(server.toString());
    user.browser.look(1280, 820, false);
    user.browser.onEveryPage(FIND);
    user.open("/console");
    user.sees("Sign in to Parley");
    return user;
  }

  /// Goes to an address of the server, as by a link from elsewhere.
  void open(String path) throws Exception {
    browser.open(server.resolve(path));
  }

  /// Signs in with a key.
  public void signIn(String key) throws Exception {
    fill("Key", key);
    press("Sign in");
  }

  /// Evaluates an expression in the page; returns its value as a string.
  public String evaluate(String expression) throws Exception {
    return browser.evaluate(expression);
  }

  /// Waits until the page shows a text.
  public void sees(String text) throws Exception {
    Eventually.holds("the page shows '" + text + "'", () -> shown().contains(text));
  }

  String shown() throws Exception {
    return evaluate("document.body?.innerText ?? ''");
  }

  /// Presses a button, link, tab or checkbox, once it is there and can be pressed.
  public void press(String name) throws Exception {
    String element = "named('button, a, summary, [type=checkbox]', " + quoted(name) + ")";
    Eventually.holds(
        "there is '" + name + "' to press",
        () ->
            evaluate("String(Boolean(" + element + ") && !" + element + ".disabled)")
                .equals("true"));
    evaluate(element + ".click()");
  }

  /// Replaces the text of a field.
  void fill(String label, String text) throws Exception {
    String element = "named('input, textarea', " + quoted(label) + ")";
    Eventually.holds(
        "there is the field '" + label + "'",
        () -> evaluate("String(Boolean(" + element + "))").equals("true"));
    evaluate(element + ".focus(); " + element + ".select()");
    browser.type(text);
  }

  /// Chooses an option of a field.
  void select(String label, String value) throws Exception {
    String element = "named('select', " + quoted(label) + ")";
    evaluate(
        element
            + ".value = "
            + quoted(value)
            + "; "
            + element
            + ".dispatchEvent(new Event('change', {bubbles: true}))");
  }

  void choose(String field, Path... files) throws Exception {
    browser.choose(field, List.of(files));
  }

  /// How many elements there are.
  String count(String selector) throws Exception {
    return evaluate("document.querySelectorAll(" + quoted(selector) + ").length + ''");
  }

  /// Goes to a page by its address.
  void goTo(String page) throws Exception {
    evaluate("location.hash = '#/" + page + "'");
  }

  /// Looks at the page in both colour schemes, on a desk and on a phone: nothing is wider than the
  /// screen, and axe finds nothing to object to.
  public void looksWell(String page) throws Exception {
    // What was said of an earlier step would be in the way.
    setNotices("hidden");
    for (boolean dark : new boolean[] {false, true}) {
      browser.look(1280, 820, dark);
      isAccessible(page + (dark ? ", dark" : ""));
      shoot(page + (dark ? "-dark" : ""));
    }
    browser.look(360, 740, false);
    isAccessible(page + " on a phone");
    fits(page);
    shoot(page + "-phone");
    browser.look(1280, 820, false);
    setNotices("visible");
    assertThat(browser.problems()).as(page).isEmpty();
  }

  /// Looks at the page like [#looksWell], but once, and without screenshots.
  void fitsAndIsAccessible(String page) throws Exception {
    browser.look(360, 740, false);
    isAccessible(page);
    fits(page);
    browser.look(1280, 820, false);
    assertThat(browser.problems()).as(page).isEmpty();
  }

  private void fits(String page) throws Exception {
    assertThat(evaluate("String(document.documentElement.scrollWidth <= innerWidth)"))
        .as(page + " fits on a phone")
        .isEqualTo("true");
  }

  private void setNotices(String visibility) throws Exception {
    evaluate(
        "document.querySelectorAll('.said').forEach((one) => one.style.visibility = '"
            + visibility
            + "')");
  }

  private void isAccessible(String page) throws Exception {
    if (evaluate("String(Boolean(window.axe))").equals("false")) {
      evaluate(axe + "; undefined");
    }
    String violations =
        evaluate(
            """
            axe.run(document, {resultTypes: ['violations']}).then(({violations}) => violations.map(({id, nodes}) =>
              id + ': ' + nodes.map(({target, failureSummary}) => target + ' ' + failureSummary).join('; ')).join('\\n'))
            """);
    assertThat(violations).as(page).isEmpty();
  }

  private void shoot(String name) throws Exception {
    Files.createDirectories(SCREENSHOTS);
    Files.write(SCREENSHOTS.resolve(name + ".webp"), browser.screenshot());
  }

  /// What went wrong in the browser; forgets it.
  List<String> problems() {
    return browser.problems();
  }

  private static String quoted(String text) {
    return JsonMapper.shared().writeValueAsString(text);
  }

  @Override
  public void close() throws IOException {
    browser.close();
  }
}
