package parley.backup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import parley.db.Database;
import parley.db.dump.DumpWriter;
import parley.storage.DeletionHold;
import parley.storage.LocalBlobStore;
import parley.storage.StoreIdentity;

/// Backs up a server, which may be running: first all rows as of one moment, then the files that
/// they refer to. The files are still there because deletions are held until all are copied, and
/// whole because a row is written only after its file.
public final class Backup {
  private final Database database;
  private final boolean withDatabase;
  private final Optional<Path> store;
  private final String version;
  private final Clock clock;

  /// @param withDatabase false if the operator backs up the database
  /// @param store the folder of a local store; empty if the operator backs up the store
  /// @param version of this program
  public Backup(
      Database database, boolean withDatabase, Optional<Path> store, String version, Clock clock) {
    this.database = database;
    this.withDatabase = withDatabase;
    this.store = store;
    this.version = version;
    this.clock = clock;
  }

  /// Writes the backup. The folder appears when the backup is complete; a failure leaves nothing.
  ///
  /// @param folder must not exist, or be empty
  /// @return the manifest of the backup
  /// @throws IOException with a message for the operator
  public Manifest write(Path folder) throws IOException {
    database.refuseNewerSchema();
    if (store.isPresent()) {
      // Without its disk, a store looks as if it had lost every file.
      new StoreIdentity(database, new LocalBlobStore(store.get())).check();
    }
    // The hold comes first: it refuses a second backup, which would take the first one's unfinished
    // folder for one that was left behind.
    try (DeletionHold hold = DeletionHold.take(database);
        UnfinishedBackup backup = UnfinishedBackup.begin(folder)) {
      Instant takenAt = clock.instant();
      Manifest manifest = database.inTransaction(transaction -> copy(transaction, takenAt, backup));
      hold.verify();
      return backup.finish(manifest);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private Manifest copy(Handle transaction, Instant takenAt, UnfinishedBackup backup) {
    DumpWriter dump = new DumpWriter(transaction, name -> backup.create(Manifest.DATABASE + name));
    return new Manifest(
        Manifest.FORMAT,
        version,
        takenAt,
        withDatabase ? dump.write() : null,
        store.map(files -> new BlobCopies(files, backup).copyAll(transaction)).orElse(null),
        new TreeMap<>());
  }
}
