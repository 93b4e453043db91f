package parley.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestServer;

@Tag("slow")
class PagesTest {
  private final TestCaller stranger = TestServer.shared().stranger();

  @Test
  void servesAPageAndAllThatItLoadsUnderAStrictPolicy() {
    Answer page = stranger.get("/docs");
    assertThat(page.status()).isEqualTo(200);
    assertThat(page.header("Content-Type")).isEqualTo("text/html;charset=utf-8");
    assertThat(page.header("Content-Security-Policy")).startsWith("default-src 'none'");
    assertThat(page.text()).contains("href=\"/docs/docs.css\"", "src=\"/docs/docs.js\"");
    assertThat(page.text()).doesNotContain("<style", "style=", "onclick");

    assertThat(stranger.get("/docs/docs.css").header("Content-Type"))
        .isEqualTo("text/css;charset=utf-8");
    Answer script = stranger.get("/docs/docs.js");
    assertThat(script.header("Content-Type")).isEqualTo("text/javascript;charset=utf-8");
    assertThat(script.header("X-Content-Type-Options")).isEqualTo("nosniff");
  }

  @Test
  void servesNothingElse() {
    for (String file :
        new String[] {
          "none.html", "..%2F..%2Fopenapi.yaml", "docs", "docs.class", "Docs.js", "%00.js"
        }) {
      assertThat(stranger.get("/docs/" + file).status()).as(file).isIn(400, 404);
    }
    assertThat(stranger.send("POST", "/docs", "").status()).isEqualTo(405);
  }
}
