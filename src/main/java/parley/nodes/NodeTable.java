package parley.nodes;

import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;

/// The SQL of nodes, which belong to no tenant.
final class NodeTable {
  private NodeTable() {}

  static void put(Handle transaction, Node node) {
    transaction
        .createUpdate(
            """
            insert into nodes (name, roles, live_streams, started_at, seen_at)
            values (:name, :allRoles, :liveStreams, :startedAt, :seenAt)
            on conflict (name) do update set
              roles = excluded.roles, live_streams = excluded.live_streams,
              started_at = excluded.started_at, seen_at = excluded.seen_at
            """)
        .bindMethods(node)
        .bindArray("allRoles", String.class, node.roles())
        .execute();
  }

  static void delete(Handle transaction, String name) {
    transaction.createUpdate("delete from nodes where name = :name").bind("name", name).execute();
  }

  static void deleteSeenBefore(Handle transaction, Instant time) {
    transaction
        .createUpdate("delete from nodes where seen_at < :time")
        .bind("time", time)
        .execute();
  }

  static List<Node> seenSince(Handle transaction, Instant time) {
    return transaction
        .createQuery("select * from nodes where seen_at >= :time order by started_at, name")
        .bind("time", time)
        .mapTo(Node.class)
        .list();
  }
}
