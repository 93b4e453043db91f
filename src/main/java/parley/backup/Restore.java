package parley.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import parley.db.Database;
import parley.db.dump.DatabaseDump;
import parley.db.dump.DumpReader;
import parley.storage.DataDirectory;

/// Restores a backup into an empty data directory and an empty database.
public final class Restore {
  /// What a new file system contains.
  private static final String LOST_AND_FOUND = "lost+found";

  private final VerifiedBackup backup;

  public Restore(VerifiedBackup backup) {
    this.backup = backup;
  }

  /// The database to restore into.
  public interface Target {
    /// Opens the database, lets it be checked and closes it, if it is there before the restore.
    void check(Step check) throws IOException;

    /// Opens the database, lets it be loaded and closes it.
    ///
    /// @param dataDirectory held by the caller
    void load(Path dataDirectory, Step loading) throws IOException;
  }

  /// What is done with the open database.
  public interface Step {
    void with(Database database) throws IOException;
  }

  /// Restores everything. A directory in which this was interrupted is refused by every command.
  ///
  /// @param target not called if the backup has no database
  /// @throws IOException with a message for the operator; if the directory or the database is not
  ///   empty, or the database's user may not restore, nothing was written
  public void into(Path dataDirectory, Target target) throws IOException {
    refuseUnlessEmpty(dataDirectory);
    DatabaseDump dump = backup.manifest().database();
    if (dump != null) {
      target.check(DumpReader::requireLoadable);
    }
    try (DataDirectory held = DataDirectory.hold(dataDirectory)) {
      held.beginRestore();
      backup.copyContents(held.path().resolve("blobs"));
      if (dump != null) {
        DumpReader reader = new DumpReader(name -> Files.newInputStream(backup.databaseFile(name)));
        target.load(held.path(), database -> reader.load(dump, database));
      }
      held.finishRestore();
    }
  }

  private static void refuseUnlessEmpty(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> entries = Files.list(folder)) {
      if (entries.anyMatch(entry -> !entry.endsWith(LOST_AND_FOUND))) {
        throw new IOException(
            "the data directory "
                + folder
                + " is not empty; a backup is restored into an empty one");
      }
    }
  }
}
