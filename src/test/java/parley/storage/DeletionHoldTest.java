package parley.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import parley.db.Database;
import parley.testing.Eventually;
import parley.testing.OnBothStores;
import parley.testing.TestCaller;
import parley.testing.TestForm;
import parley.testing.TestServer;

@Tag("slow")
@OnBothStores
final class DeletionHoldTest {
  private final TestServer server = TestServer.shared();

  @Test
  void keepsTheBytesOfDeletedFilesUntilABackupHasThem() throws Exception {
    TestCaller alice = server.newTenant();
    String deleted = uploaded(alice, "deleted during a backup");
    String again = uploaded(alice, "deleted and uploaded again");
    try (Database database = server.openDatabase();
        DeletionHold hold = DeletionHold.take(database)) {
      assertThat(alice.delete("/v1/media/" + deleted).status()).isEqualTo(204);
      assertThat(alice.delete("/v1/media/" + again).status()).isEqualTo(204);
      again = uploaded(alice, "deleted and uploaded again");

      assertThat(alice.get("/v1/media/download/" + deleted).status()).isEqualTo(404);
      assertThat(blobs(alice)).isEqualTo(2);
      assertThatThrownBy(() -> DeletionHold.take(database))
          .isInstanceOf(IOException.class)
          .hasMessage("another backup is running");
      hold.verify();
    }

    Eventually.holds("its bytes are gone", () -> blobs(alice) == 1);
    assertThat(alice.get("/v1/media/download/" + again).text())
        .isEqualTo("deleted and uploaded again");
    Eventually.holds(
        "nothing is held any more",
        () -> server.storedFiles().stream().noneMatch(file -> file.endsWith(".held")));
  }

  private static String uploaded(TestCaller caller, String text) {
    return String.valueOf(
        caller
            .post(
                "/v1/media/upload",
                new TestForm().file("file", "a.txt", text.getBytes(StandardCharsets.UTF_8)))
            .at("/data/media_id"));
  }

  private long blobs(TestCaller caller) {
    return server.storedFiles().stream()
        .filter(file ->
            file.startsWith("blobs/tenant/" + caller.tenant().id()) && !file.contains("thumbnails"))
        .count();
  }
}
