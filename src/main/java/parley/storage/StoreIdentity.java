package parley.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.UUID;
import org.apache.commons.io.function.Uncheck;
import org.jdbi.v3.core.Handle;
import parley.db.Database;

/// Sees to it that a database and a store belong together: a node with another store would take
/// files that no other node finds, and miss all that the others have.
public final class StoreIdentity {
  /// What the store's name is kept as, beside its contents, so that it is copied with them.
  static final String NAME = "store-id";

  private final Database database;
  private final BlobStore store;
  private final StoreIdentityTable table = new StoreIdentityTable();

  public StoreIdentity(Database database, BlobStore store) {
    this.database = database;
    this.store = store;
  }

  /// Joins a database and a store that belong to nothing yet.
  ///
  /// @throws IOException with a message for the operator when they belong to others
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
        + ". All nodes need the same bucket or folder. Where the files were moved, "
        + NAME
        + " has to be copied with them, or be made anew with that one line.";
  }

  /// The name of the store that the database belongs to, which is this one when it belonged to
  /// none.
  private Optional<String> joined(Handle transaction) {
    table.lock(transaction);
    Optional<String> known = table.find(transaction);
    if (known.isPresent()) {
      return known;
    }
    String name = Uncheck.get(this::identify);
    table.insert(transaction, name);
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
