package parley.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestForm;
import parley.testing.TestServer;

/// Stored files on another file system than incoming ones, where there are no hard links between
/// the two: another disk, or a folder that several nodes mount.
@Tag("server")
class AnotherFileSystemTest {
  /// Every Linux has it, and nothing else is on it.
  private static final Path MEMORY = Path.of("/dev/shm");

  @Test
  void takesUploadsAlsoOfTheSameBytesAtOnce() throws Exception {
    Path folder = Files.createTempDirectory(MEMORY, "parley-blobs-");
    try (TestServer server = TestServer.storingIn(folder)) {
      TestCaller alice = server.newTenant();
      List<CompletableFuture<Answer>> uploads =
          Stream.generate(() ->
                  CompletableFuture.supplyAsync(() -> upload(alice), Thread::startVirtualThread))
              .limit(8)
              .toList();
      for (CompletableFuture<Answer> upload : uploads) {
        Answer stored = upload.join();
        assertThat(stored.status()).as(stored.text()).isEqualTo(200);
        assertThat(alice.get("/v1/media/download/" + stored.at("/data/media_id")).text())
            .isEqualTo("elsewhere");
        alice.delete("/v1/media/" + stored.at("/data/media_id"));
      }
      try (Stream<Path> left = Files.walk(folder)) {
        assertThat(left.filter(Files::isRegularFile))
            .extracting(file -> file.getFileName().toString())
            .containsExactly("store-id");
      }
    } finally {
      FileUtils.deleteDirectory(folder.toFile());
    }
  }

  private static Answer upload(TestCaller caller) {
    return caller.post(
        "/v1/media/upload",
        new TestForm().file("file", "a.txt", "elsewhere".getBytes(StandardCharsets.UTF_8)));
  }
}
