package parley.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestServer;

/// The built files of the console.
@Tag("slow")
class ConsoleBuildTest {
  private static final Path BUILT = Path.of("src/main/resources/pages/console");

  /// Of all that the first page loads, as it is sent.
  private static final int MAX_BYTES = 60_000;

  private final TestCaller stranger = TestServer.shared().stranger();

  @Test
  void areWhatTheirSourcesGive() throws Exception {
    Process check = new ProcessBuilder("dev/console", "check").redirectErrorStream(true).start();
    String output = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(check.waitFor()).as(output).isZero();
  }

  @Test
  void areSmall() throws Exception {
    long size = 0;
    for (Path file : loadedFirst()) {
      ByteArrayOutputStream compressed = new ByteArrayOutputStream();
      try (GZIPOutputStream out = new GZIPOutputStream(compressed)) {
        Files.copy(file, out);
      }
      size += compressed.size();
    }
    assertThat(size).isLessThan(MAX_BYTES);
  }

  private static List<Path> loadedFirst() throws Exception {
    try (Stream<Path> files = Files.list(BUILT)) {
      return files
          .filter(file -> file.getFileName().toString().matches("index\\.html|main-.*"))
          .toList();
    }
  }

  @Test
  void areKeptByBrowsersUntilTheyChange() throws Exception {
    Answer page = stranger.get("/console");
    assertThat(page.header("Cache-Control")).isEqualTo("no-cache");
    assertThat(page.header("Content-Security-Policy"))
        .contains("default-src 'none'", "script-src 'self'", "style-src 'self'")
        .doesNotContain("unsafe");
    for (Path file : loadedFirst()) {
      String name = file.getFileName().toString();
      if (name.startsWith("main-")) {
        assertThat(page.text()).contains("/console/" + name);
        assertThat(stranger.get("/console/" + name).header("Cache-Control"))
            .isEqualTo("public, max-age=31536000, immutable");
      }
    }
    assertThat(stranger.get("/console/main-AAAAAAAA.js").status()).isEqualTo(404);
  }
}
