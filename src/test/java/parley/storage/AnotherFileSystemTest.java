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
import parley.testing.Eventually;
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

  @Test
  void isUnavailableWithoutItsDiskAndLosesNothing() throws Exception {
    Path folder = Files.createTempDirectory("parley-blobs-");
    Path disk = folder.resolveSibling(folder.getFileName() + "-aside");
    try (TestServer server = TestServer.storingIn(folder)) {
      TestCaller alice = server.newTenant();
      Answer kept = upload(alice);
      Answer gone = upload(alice, "gone");
      String path = "/v1/media/download/" + kept.at("/data/media_id");
      // As when the disk is no longer mounted: what is left is the folder that it was mounted on.
      Files.move(folder, disk);
      Files.createDirectory(folder);
      assertUnavailable(alice.get(path));
      assertThat(alice.send("HEAD", path, "").status()).isEqualTo(503);
      assertUnavailable(upload(alice, "late"));
      assertThat(alice.delete("/v1/media/" + gone.at("/data/media_id")).status()).isEqualTo(204);
      Answer ready = server.stranger().get("/readyz");
      assertThat(ready.status()).isEqualTo(503);
      assertThat(ready.at("/checks/storage")).isEqualTo("failed");

      Files.delete(folder);
      Files.move(disk, folder);
      assertThat(alice.get(path).text()).isEqualTo("elsewhere");
      assertThat(upload(alice, "late").status()).isEqualTo(200);
      assertThat(server.stranger().get("/readyz").status()).isEqualTo(200);
      Path bytes =
          folder
              .resolve("tenant")
              .resolve(alice.tenant().id().toString())
              .resolve(String.valueOf(gone.at("/data/sha256")));
      Eventually.holds("the deleted bytes are gone", () -> !Files.exists(bytes));
    } finally {
      FileUtils.deleteDirectory(folder.toFile());
    }
  }

  private static void assertUnavailable(Answer answer) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(503);
    assertThat(answer.at("/error/code")).isEqualTo("SW_STORAGE_UNAVAILABLE");
    assertThat(answer.header("Retry-After")).isEqualTo("5");
  }

  private static Answer upload(TestCaller caller) {
    return upload(caller, "elsewhere");
  }

  private static Answer upload(TestCaller caller, String text) {
    return caller.post(
        "/v1/media/upload",
        new TestForm().file("file", "a.txt", text.getBytes(StandardCharsets.UTF_8)));
  }
}
