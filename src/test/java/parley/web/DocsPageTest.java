package parley.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.testing.Browser;
import parley.testing.Eventually;
import parley.testing.TestServer;

/// The page that shows the API to people, in a real browser.
@Tag("slow")
@Timeout(240)
class DocsPageTest {
  private final TestServer server = TestServer.shared();

  @Test
  void showsEveryOperationWithTheFieldsOfItsAnswer() throws Exception {
    try (Browser browser = Browser.start()) {
      browser.open(server.uri("/docs"));
      Eventually.holds(
          "the operations are shown",
          () -> !browser.evaluate("document.querySelectorAll('section').length").equals("0"));

      assertThat(browser.evaluate("document.querySelectorAll('section').length"))
          .isEqualTo(
              browser.evaluate(
                  """
                  fetch('/openapi.json').then((answer) => answer.json()).then((api) => Object.values(api.paths)
                    .flatMap(Object.keys).filter((key) => key !== 'parameters').length.toString())
                  """));
      assertThat(fields(browser, "post-v1-media-upload"))
          .contains("retention_days", "data.media_id", "data.scan_status");
      assertThat(fields(browser, "get-v1-jobs-job-id-")).contains("data.segments[].start");
    }
  }

  private static String[] fields(Browser browser, String operation) throws Exception {
    return browser
        .evaluate(
            "[...document.querySelectorAll('#"
                + operation
                + " td:first-child code')].map((field) => field.textContent).join()")
        .split(",");
  }
}
