package parley.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.testing.Browser;
import parley.testing.Eventually;
import parley.testing.TestCaller;
import parley.testing.TestServer;

/// The API documentation page in a real browser.
@Tag("slow")
@Timeout(240)
class DocsPageTest {
  private final TestServer server = TestServer.shared();

  @Test
  void showsEveryOperationAndTriesOneUnderTheStrictPolicy() throws Exception {
    TestCaller alice = server.newTenant();
    try (Browser browser = Browser.start()) {
      browser.open(server.uri("/docs"));
      Eventually.holds(
          "the operations are shown",
          () -> !browser.evaluate("document.querySelectorAll('.opblock').length + ''").equals("0"));
      assertThat(browser.evaluate("document.querySelectorAll('.opblock').length + ''"))
          .isEqualTo(
              browser.evaluate(
                  """
                  fetch('/openapi.json').then((answer) => answer.json()).then((api) => Object.values(api.paths)
                    .flatMap(Object.keys).filter((key) => key !== 'parameters').length.toString())
                  """));

      open(browser, "media-uploadMedia");
      Eventually.holds(
          "the form's fields and the answer's are shown",
          () -> text(browser, "media-uploadMedia").contains("retention_days", "media_id"));

      browser.evaluate("ui.preauthorizeApiKey('key', '" + alice.token() + "'); undefined");
      open(browser, "jobs-listJobs");
      Eventually.holds(
          "it can be tried",
          () ->
              browser
                  .evaluate("!!document.querySelector('#operations-jobs-listJobs .execute') + ''")
                  .equals("true"));
      browser.evaluate(
          "document.querySelector('#operations-jobs-listJobs .execute').click(); undefined");
      Eventually.holds(
          "the server's answer is shown",
          () ->
              browser
                  .evaluate(
                      "document.querySelector('#operations-jobs-listJobs .live-responses-table')"
                          + "?.innerText ?? ''")
                  .contains("next_cursor"));

      // One of our own comes last, so that all others are known when it is.
      assertThat(
              browser.evaluate(
                  """
                  new Promise((resolve) => {
                    new ReportingObserver((reports) => resolve(reports.map((report) => report.body.blockedURL).join()),
                      {types: ['csp-violation'], buffered: true}).observe();
                    document.head.append(Object.assign(document.createElement('script'), {src: 'https://example.org/x.js'}));
                  })
                  """))
          .isEqualTo("https://example.org/x.js");
    }
  }

  private static void open(Browser browser, String operation) throws Exception {
    browser.evaluate(
        "document.querySelector('#operations-"
            + operation
            + " .opblock-summary-control').click();"
            + " undefined");
  }

  private static Shown text(Browser browser, String operation) throws Exception {
    return new Shown(
        browser.evaluate("document.querySelector('#operations-" + operation + "').innerText"));
  }

  private record Shown(String text) {
    boolean contains(String... words) {
      for (String word : words) {
        if (!text.contains(word)) {
          return false;
        }
      }
      return true;
    }
  }
}
