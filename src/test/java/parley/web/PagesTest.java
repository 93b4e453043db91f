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
  void servesAPageAndItsResourcesUnderAStrictPolicy() {
    Answer page = stranger.get("/docs");
    assertThat(page.status()).isEqualTo(200);
    assertThat(page.header("Content-Type")).isEqualTo("text/html;charset=utf-8");
    assertThat(page.header("Content-Security-Policy")).startsWith("default-src 'none'");
    assertThat(page.text()).contains("href=\"/docs/swagger-ui.css\"", "src=\"/docs/docs.js\"");
    assertThat(page.text()).doesNotContain("<style", "style=", "onclick");

    assertThat(stranger.get("/docs/swagger-ui.css").header("Content-Type"))
        .isEqualTo("text/css;charset=utf-8");
    Answer script = stranger.get("/docs/docs.js");
    assertThat(script.header("Content-Type")).isEqualTo("text/javascript;charset=utf-8");
    assertThat(script.header("X-Content-Type-Options")).isEqualTo("nosniff");
  }

  @Test
  void sendsFilesCompressedAndOnlyOnce() {
    Answer whole = stranger.get("/docs/swagger-ui-bundle.js");
    assertThat(whole.header("Content-Encoding")).isNull();
    Answer compressed = stranger.get("/docs/swagger-ui-bundle.js", "Accept-Encoding", "br, gzip");
    assertThat(compressed.header("Content-Encoding")).isEqualTo("gzip");
    assertThat(compressed.header("Vary")).isEqualTo("Accept-Encoding");
    assertThat(compressed.bytes().length).isLessThan(whole.bytes().length / 2);
    assertThat(
            stranger
                .get(
                    "/docs/swagger-ui-bundle.js",
                    "If-None-Match",
                    String.valueOf(whole.header("ETag")))
                .status())
        .isEqualTo(304);
  }

  @Test
  void servesNothingElse() {
    for (String file :
        new String[] {
          "none.html",
          "swagger-initializer.map",
          "..%2F..%2Fopenapi.yaml",
          "docs",
          "docs.class",
          "Docs.js",
          "%00.js"
        }) {
      assertThat(stranger.get("/docs/" + file).status()).as(file).isIn(400, 404);
    }
    assertThat(stranger.send("POST", "/docs", "").status()).isEqualTo(405);
  }
}
