package parley.media.links;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jdbi.v3.core.Handle;

/// The SQL of link signing keys.
final class LinkKeyTable {
  private LinkKeyTable() {}

  record LinkKey(UUID id, SecretKey secret, Instant createdAt) {}

  /// The valid keys, at most two, with the signing one first.
  static List<LinkKey> valid(Handle transaction) {
    return transaction
        .createQuery("select * from link_keys order by created_at desc, id limit 2")
        .map(row ->
            new LinkKey(
                row.getColumn("id", UUID.class),
                new SecretKeySpec(row.getColumn("secret", byte[].class), LinkSignature.ALGORITHM),
                row.getColumn("created_at", Instant.class)))
        .list();
  }

  /// Locks out other nodes until the transaction ends.
  static void lock(Handle transaction) {
    transaction.execute("lock table link_keys in share row exclusive mode");
  }

  /// Adds a key and deletes all but it and the previous one.
  static void add(Handle transaction, LinkKey key) {
    transaction
        .createUpdate(
            "insert into link_keys (id, secret, created_at) values (:id, :secret, :created)")
        .bind("id", key.id())
        .bind("secret", key.secret().getEncoded())
        .bind("created", key.createdAt())
        .execute();
    transaction.execute(
        """
        delete from link_keys where id not in
          (select id from link_keys order by created_at desc, id limit 2)
        """);
  }
}
