package parley.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.tenants.TenantId;

class SpoolTest {
  private static final BlobKey BLOB =
      new BlobKey(TenantId.random(), Sha256.ofContent(new byte[] {1}));

  @TempDir Path folder;
  private Spool spool;

  @BeforeEach
  void start() throws IOException {
    spool = new Spool(folder);
    spool.start();
    spool.markHeld(BLOB);
  }

  @Test
  void keepsTheMarkerOfADeletionThatIsHeldUpDuringARetry() throws IOException {
    // Uploaded again, so that there is nothing to delete, and deleted again right afterwards.
    assertThat(
            spool.retryHeld(key -> {
              spool.markHeld(key);
              return true;
            }))
        .isTrue();

    assertThat(retried()).containsExactly(BLOB);
    assertThat(retried()).isEmpty();
  }

  @Test
  void keepsTheMarkerOfADeletionThatFails() throws IOException {
    assertThat(spool.retryHeld(key -> false)).isFalse();
    assertThatIOException()
        .isThrownBy(() ->
            spool.retryHeld(key -> {
              throw new IOException("the disk is broken");
            }));

    assertThat(retried()).containsExactly(BLOB);
    assertThat(spool.recover()).isEmpty();
  }

  private List<BlobKey> retried() throws IOException {
    List<BlobKey> keys = new ArrayList<>();
    spool.retryHeld(keys::add);
    return keys;
  }
}
