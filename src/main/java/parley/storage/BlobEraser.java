package parley.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import org.apache.commons.io.function.Uncheck;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.db.Database;
import parley.db.DatabaseUnavailable;

/// Deletes the bytes of blobs that are no longer referenced, also after a crash: a marker in the
/// spool names every blob that may have to be deleted. While the store or the database is away, or
/// a backup holds deletions, they wait.
final class BlobEraser {
  private static final Logger LOG = LoggerFactory.getLogger(BlobEraser.class);

  private final Database database;
  private final BlobStore store;
  private final Spool spool;
  private final HeldDeletions held;
  private final Semaphore storeTransactions;

  /// @param storeTransactions limits the transactions that wait for the store
  BlobEraser(Database database, BlobStore store, Spool spool, Semaphore storeTransactions) {
    this.database = database;
    this.store = store;
    this.spool = spool;
    this.held = new HeldDeletions(database, spool);
    this.storeTransactions = storeTransactions;
  }

  /// Deletes the blob once the transaction has committed, unless it is referenced again by then.
  void eraseAfterCommit(Handle transaction, BlobKey key) {
    Path marker = Uncheck.get(() -> spool.createMarker(key));
    transaction.afterCommit(() -> {
      try {
        eraseSoon(key);
        Files.deleteIfExists(marker);
      } catch (IOException e) {
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

  /// Deletes the blob unless it is referenced. If the store or the database is unavailable, that
  /// happens later, because the caller must not wait; the next start also ends unfinished uploads.
  void eraseOrMark(BlobKey key) throws IOException {
    if (!eraseSoon(key)) {
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

  /// Retries the deletions that were held up.
  void eraseHeld() {
    held.retry(key -> {
      try {
        return tryErase(key);
      } catch (StorageUnavailable away) {
        // Its failure is in the log already.
        LOG.debug("{} cannot be deleted yet: {}", key.path(), away.getMessage());
        return false;
      }
    });
  }

  /// Deletes the blob unless it is referenced, or leaves that to [#eraseHeld].
  ///
  /// @return false if the store or the database is unavailable
  private boolean eraseSoon(BlobKey key) throws IOException {
    // Whoever calls this may hold a connection to the database, so nobody waits here.
    if (!storeTransactions.tryAcquire()) {
      held.add(key);
      return true;
    }
    try {
      if (!tryErase(key)) {
        held.add(key);
      }
      return true;
    } catch (StorageUnavailable | DatabaseUnavailable away) {
      LOG.warn("{} is deleted later: {}", key.path(), away.getMessage());
      held.add(key);
      return false;
    } finally {
      storeTransactions.release();
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
