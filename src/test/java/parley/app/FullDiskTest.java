package parley.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.testing.Eventually;
import parley.testing.RealServer;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestForm;

/// Uploads for which the disk has no room.
@Tag("slow")
class FullDiskTest {
  private static final int ROOM = 1024 * 1024;

  @TempDir Path folder;

  private record Upload(String path, String fileField, String codeAt, String code) {}

  private static final List<Upload> EVERYWHERE =
      List.of(
          new Upload("/v1/media/upload", "file", "/error/code", "SW_STORAGE_FULL"),
          new Upload("/api/v1/media", "File", "/error/code", "STORAGE_FULL"),
          new Upload("/files/upload", "file", "/code", "storage_full"),
          new Upload("/v1/transcribe", "file", "/error/code", "SW_STORAGE_FULL"),
          new Upload("/v1/modules/scaiecho/transcribe", "file", "/error/code", "STORAGE_FULL"),
          new Upload("/v1/audio/transcriptions", "file", "/error/code", "storage_full"));

  @Test
  void refusesInEveryDialectWhatTheDiskCannotHoldAndKeepsNothingOfIt() throws Exception {
    Path data = folder.resolve("data");
    try (RealServer server = RealServer.start(data)) {
      TestCaller caller = server.caller(String.valueOf(server.key()));
      server.limitFiles(ROOM);
      for (Upload upload : EVERYWHERE) {
        Answer refused =
            caller.post(
                upload.path, new TestForm().file(upload.fileField, "large", new byte[2 * ROOM]));
        assertThat(refused.status()).as(upload.path).isEqualTo(507);
        assertThat(refused.at(upload.codeAt)).as(upload.path).isEqualTo(upload.code);
      }
      Eventually.holds(
          "nothing stays", () -> files(data, "spool") + files(data, "blobs/tenant") == 0);
      assertThat(caller.get("/v1/media").json().get("data")).isEmpty();

      byte[] small = "there is room for this".getBytes(StandardCharsets.UTF_8);
      Answer stored = caller.post("/v1/media/upload", new TestForm().file("file", "small", small));
      assertThat(stored.status()).isEqualTo(200);
      assertThat(caller.get("/v1/media/download/" + stored.at("/data/media_id")).bytes())
          .isEqualTo(small);
    }
  }

  private static long files(Path data, String name) throws IOException {
    if (!Files.exists(data.resolve(name))) {
      return 0;
    }
    try (Stream<Path> files = Files.walk(data.resolve(name))) {
      return files.filter(Files::isRegularFile).count();
    }
  }
}
