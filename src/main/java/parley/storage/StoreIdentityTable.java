package parley.storage;

import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// The SQL of the link between the database and its store.
final class StoreIdentityTable {
  private StoreIdentityTable() {}

  /// Locks out other nodes until the transaction ends.
  static void lock(Handle transaction) {
    transaction.execute("lock table store_identity in share row exclusive mode");
  }

  static Optional<String> find(Handle transaction) {
    return transaction.createQuery("select name from store_identity").mapTo(String.class).findOne();
  }

  static void insert(Handle transaction, String name) {
    transaction
        .createUpdate("insert into store_identity (name) values (:name)")
        .bind("name", name)
        .execute();
  }
}
