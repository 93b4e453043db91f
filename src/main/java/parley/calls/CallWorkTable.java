package parley.calls;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/// The SQL with which nodes share the work on calls of all tenants: which calls are due, and what
/// was last seen in their rooms.
final class CallWorkTable {
  private CallWorkTable() {}

  /// Returns live calls whose due time has passed.
  static List<CallRef> due(Handle transaction, Instant now, int max) {
    return transaction
        .createQuery(
            """
            select tenant_id as tenant, id from calls where status <> 'ended' and due_at <= :now
            order by due_at limit :max
            """)
        .bindMap(Map.of("now", now, "max", max))
        .mapTo(CallRef.class)
        .list();
  }

  /// Claims the live calls that no node has claimed since `before`.
  ///
  /// @param waiting only calls that are ringing, or waiting for somebody or for LiveKit
  static List<CallRef> take(Handle transaction, boolean waiting, Instant before, Instant now) {
    return transaction
        .createQuery(
            """
            update calls set looked_at = :now
            where (tenant_id, id) in (
              select tenant_id, id from calls
              where status <> 'ended' and (looked_at is null or looked_at <= :before)
                and (due_at is not null or silent_since is not null or not :waiting)
              for no key update skip locked)
            returning tenant_id as tenant, id
            """)
        .bindMap(Map.of("waiting", waiting, "now", now, "before", before))
        .mapTo(CallRef.class)
        .list();
  }

  /// Claims ended calls whose rooms may be open and that no node has claimed since `before`, to
  /// close them.
  static List<CallRef> takeLeftOpen(Handle transaction, Instant before, Instant now, int max) {
    return transaction
        .createQuery(
            """
            update calls set looked_at = :now
            where (tenant_id, id) in (
              select tenant_id, id from calls
              where room_open and status = 'ended' and ended_at <= :before
                and (looked_at is null or looked_at <= :before)
              order by looked_at nulls first limit :max
              for no key update skip locked)
            returning tenant_id as tenant, id
            """)
        .bindMap(Map.of("now", now, "before", before, "max", max))
        .mapTo(CallRef.class)
        .list();
  }

  /// Returns the ended ones of these calls.
  static List<CallRef> ended(Handle transaction, Collection<CallId> ids) {
    return transaction
        .createQuery(
            """
            select tenant_id as tenant, id from calls where id = any(:ids) and status = 'ended'
            """)
        .bindArray("ids", UUID.class, ids.stream().map(CallId::value).toList())
        .mapTo(CallRef.class)
        .list();
  }

  /// Stores what was observed in the room of a call that this transaction has locked. This makes a
  /// new version of the call, so that an observation that began earlier and took longer is not
  /// stored over it.
  static void seen(Handle transaction, CallRef call, Set<String> recorders, boolean lost) {
    transaction
        .createUpdate(
            """
            update calls set recorders = :recorders, list_lost = :lost, version = version + 1
            where tenant_id = :tenant and id = :id
            """)
        .bindMethods(call)
        .bindArray("recorders", String.class, recorders.toArray())
        .bind("lost", lost)
        .execute();
  }

  /// Whether LiveKit is known to have lost its data about the call's room.
  static boolean isLost(Handle transaction, CallRef ref) {
    return transaction
        .createQuery("select list_lost from calls where tenant_id = :tenant and id = :id")
        .bindMethods(ref)
        .mapTo(boolean.class)
        .one();
  }

  /// Whether LiveKit may still have the call's room.
  static boolean isRoomOpen(Handle transaction, CallRef ref) {
    return transaction
        .createQuery("select room_open from calls where tenant_id = :tenant and id = :id")
        .bindMethods(ref)
        .mapTo(boolean.class)
        .one();
  }

  /// Stores that the room of an ended call, which this transaction has locked, is empty.
  static void roomClosed(Handle transaction, CallRef call) {
    transaction
        .createUpdate(
            """
            update calls set room_open = false, recorders = '{}'
            where tenant_id = :tenant and id = :id
            """)
        .bindMethods(call)
        .execute();
  }

  /// Stores the id of a webhook; false if it is known.
  static boolean addWebhook(Handle transaction, String id, Instant now) {
    return transaction
            .createUpdate(
                "insert into call_webhooks (id, at) values (:id, :now) on conflict (id) do nothing")
            .bindMap(Map.of("id", id, "now", now))
            .execute()
        == 1;
  }

  /// Removes the ids of webhooks that are too old to be accepted again.
  static void removeWebhooks(Handle transaction, Instant before) {
    transaction
        .createUpdate("delete from call_webhooks where at < :before")
        .bind("before", before)
        .execute();
  }
}
