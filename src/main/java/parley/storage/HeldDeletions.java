package parley.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicBoolean;
import parley.db.Database;

/// Blobs that this node is to delete once no backup holds deletions any more, and the store and the
/// database answer. They are noted in the spool, so that a restart does not forget them.
final class HeldDeletions {
  private final Database database;
  private final Spool spool;

  /// Whether the spool may contain notes.
  private final AtomicBoolean any = new AtomicBoolean();

  HeldDeletions(Database database, Spool spool) {
    this.database = database;
    this.spool = spool;
  }

  /// Deletes a blob unless something uses it.
  interface Deletion {
    /// False if it has to be tried again.
    boolean run(BlobKey key) throws IOException;
  }

  void add(BlobKey key) throws IOException {
    spool.markHeld(key);
    any.set(true);
  }

  /// Retries them all, unless a backup still holds deletions.
  void retry(Deletion deletion) {
    if (!any.get() || !database.inTransaction(DeletionHold::permitsDeletion)) {
      return;
    }
    // First, so that one that is added meanwhile is not forgotten.
    any.set(false);
    boolean all = false;
    try {
      all = spool.retryHeld(deletion);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      if (!all) {
        any.set(true);
      }
    }
  }
}
