package parley.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.UUID;
import org.apache.commons.io.function.Uncheck;
import org.jdbi.v3.core.Handle;
import parley.db.Database;

/// Verifies that the database and the store belong together. A node with the wrong store would not
/// find existing files and store new ones where no other node finds them.
public final class StoreIdentity {
  /// The file with the store's name, which is kept among the blobs so that it is copied with them.
  static final String NAME = "store-id";

  private final Database database;
  private final BlobStore store;

  public StoreIdentity(Database database, BlobStore store) {
    this.database = database;
    this.store = store;
  }

  /// Links a new database to its store, or checks the existing link.
  ///
  /// @throws IOException with a message for the operator when they do not belong together
  public void check() throws IOException {
    try {
      Optional<String> wanted = database.inTransaction(this::joined);
      Optional<String> found = store.identity();
      if (!wanted.equals(found)) {
        throw new IOException(refusal(wanted.orElse(""), found));
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private String refusal(String wanted, Optional<String> found) {
    return "The files of this database are not in "
        + store
        + ": it has "
        + found.map(other -> "the " + NAME + " " + other).orElse("no " + NAME)
        + " and not "
        + wanted
        + ". All nodes need the same bucket or folder. If the files were moved, copy "
        + NAME
        + " with them, or recreate it with this one line.";
  }

  /// The name of the database's store. Links the database to this store if it has none.
  private Optional<String> joined(Handle transaction) {
    StoreIdentityTable.lock(transaction);
    Optional<String> known = StoreIdentityTable.find(transaction);
    if (known.isPresent()) {
      return known;
    }
    String name = Uncheck.get(this::identify);
    StoreIdentityTable.insert(transaction, name);
    return Optional.of(name);
  }

  private String identify() throws IOException {
    Optional<String> found = store.identity();
    if (found.isPresent()) {
      return found.get();
    }
    String name = UUID.randomUUID().toString();
    store.identify(name);
    return name;
  }
}
