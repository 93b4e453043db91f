package parley.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.io.function.Uncheck;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.db.Database;
import parley.db.DatabaseUnavailable;

/// Deletes the bytes of blobs that are no longer referenced, also after a crash: a marker in the
/// spool names every blob that may have to be deleted.
final class BlobEraser {
  private static final Logger LOG = LoggerFactory.getLogger(BlobEraser.class);

  private final Database database;
  private final BlobStore store;
  private final Spool spool;
  private final HeldDeletions held;

  BlobEraser(Database database, BlobStore store, Spool spool) {
    this.database = database;
    this.store = store;
    this.spool = spool;
    this.held = new HeldDeletions(database, spool);
  }

  /// Deletes the blob once the transaction has committed, unless it is referenced again by then.
  void eraseAfterCommit(Handle transaction, BlobKey key) {
    Path marker = Uncheck.get(() -> spool.createMarker(key));
    transaction.afterCommit(() -> {
      try {
        eraseUnreferenced(key);
        Files.deleteIfExists(marker);
      } catch (IOException | DatabaseUnavailable e) {
        LOG.warn("{} remains stored until the next start", key.path(), e);
      }
    });
    transaction.afterRollback(() -> marker.toFile().delete());
  }

  /// Deletes the blob once the transaction has committed, even if it is referenced.
  void eraseReferencedAfterCommit(Handle transaction, BlobKey key) {
    transaction.afterCommit(() -> {
      try {
        delete(key);
      } catch (IOException e) {
        LOG.error("{} must be deleted but could not be", key.path(), e);
      }
    });
  }

  /// Deletes the blob unless it is referenced. If the store or the database is unavailable, leaves
  /// a marker for the next start instead, because the caller must not wait.
  void eraseOrMark(BlobKey key) throws IOException {
    try {
      eraseUnreferenced(key);
    } catch (StorageUnavailable | DatabaseUnavailable e) {
      LOG.warn("{} may remain stored until the next start", key.path(), e);
      spool.createMarker(key);
    }
  }

  /// Deletes the unreferenced blobs and unfinished uploads that a crash left behind.
  void sweep() throws IOException {
    for (BlobKey key : spool.recover()) {
      store.sweep(key);
      boolean erased = tryErase(key);
      spool.deleteMarkers(key);
      if (!erased) {
        held.add(key);
      }
    }
  }

  /// Retries the deletions that a backup held up.
  void eraseHeld() {
    held.retry(this::tryErase);
  }

  private void eraseUnreferenced(BlobKey key) throws IOException {
    if (!tryErase(key)) {
      held.add(key);
    }
  }

  /// Returns false if the blob is not referenced but a backup holds deletions.
  private boolean tryErase(BlobKey key) throws IOException {
    try {
      return database.inTransaction(transaction -> {
        BlobTable.lock(transaction, key);
        if (BlobTable.exists(transaction, key)) {
          return true;
        }
        if (!DeletionHold.permitsDeletion(transaction)) {
          return false;
        }
        Uncheck.run(() -> delete(key));
        return true;
      });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private void delete(BlobKey key) throws IOException {
    store.delete(key.thumbnails(0));
    store.delete(key.thumbnails(1));
    store.delete(key);
  }
}
