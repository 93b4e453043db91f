package parley.calls;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.result.RowView;
import org.jdbi.v3.core.statement.Query;
import parley.paging.PageRequest;
import parley.tenants.RoomId;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// The SQL of calls.
final class CallTable {
  private CallTable() {}

  /// Adds a call; false if the room has a live one.
  static boolean insert(Handle transaction, Call call) {
    boolean added =
        transaction
                .createUpdate(
                    """
                    insert into calls
                      (tenant_id, id, room_id, call_type, initiator_id, started_at, status,
                       ring_until, version, due_at)
                    values (:tenant, :id, :room, :type, :initiator, :startedAt, :state.text,
                      :state.ringUntil, :version, :due)
                    on conflict (tenant_id, room_id) where status <> 'ended' do nothing
                    """)
                .bindMethods(call)
                .execute()
            == 1;
    if (added) {
      CallParticipantTable.save(transaction, call, Map.of());
    }
    return added;
  }

  /// Stores the changes to a call that this transaction has locked.
  static void update(Handle transaction, Call before, Call call) {
    transaction
        .createUpdate(
            """
            update calls
            set status = :state.text, ring_until = :state.ringUntil,
                end_reason = :state.endReason, ended_at = :state.endedAt,
                silent_since = :silentSince, version = :version, due_at = :due
            where tenant_id = :tenant and id = :id
            """)
        .bindMethods(call)
        .execute();
    CallParticipantTable.save(transaction, call, before.participants());
  }

  static Optional<Call> find(Handle transaction, CallRef ref) {
    return find(transaction, ref, "");
  }

  /// Like [#find], and keeps the call from changing until the transaction ends.
  static Optional<Call> lock(Handle transaction, CallRef ref) {
    return find(transaction, ref, " for no key update");
  }

  private static Optional<Call> find(Handle transaction, CallRef ref, String locking) {
    return transaction
        .createQuery("select * from calls where tenant_id = :tenant and id = :id" + locking)
        .bindMethods(ref)
        .map(row -> call(row, CallParticipantTable.load(transaction, ref)))
        .findOne();
  }

  /// Returns the room's live call, if there is one.
  static Optional<CallId> live(Handle transaction, TenantId tenant, RoomId room) {
    return transaction
        .createQuery(
            """
            select id from calls
            where tenant_id = :tenant and room_id = :room and status <> 'ended'
            """)
        .bindMap(Map.of("tenant", tenant, "room", room))
        .mapTo(CallId.class)
        .findOne();
  }

  /// Returns a room's calls after the cursor, newest first.
  static List<Call> ofRoom(Handle transaction, TenantId tenant, RoomId room, PageRequest page) {
    Query newest =
        transaction
            .createQuery(
                """
                select id from calls
                where tenant_id = :tenant and room_id = :room
                  and (started_at, id) < (:before, :beforeId)
                order by started_at desc, id desc limit :max
                """)
            .bind("room", room);
    return load(transaction, tenant, ids(newest, tenant, page));
  }

  /// Returns the calls of all rooms of a user after the cursor, newest first. It reads no more than
  /// `max` calls of each room.
  static List<Call> ofMember(Handle transaction, TenantId tenant, UserId user, PageRequest page) {
    Query newest =
        transaction
            .createQuery(
                """
                select newest.id from room_members as member
                cross join lateral (
                  select id, started_at from calls
                  where tenant_id = member.tenant_id and room_id = member.room_id
                    and (started_at, id) < (:before, :beforeId)
                  order by started_at desc, id desc limit :max) as newest
                where member.tenant_id = :tenant and member.user_id = :user
                  and member.membership = 'join'
                order by newest.started_at desc, newest.id desc limit :max
                """)
            .bind("user", user);
    return load(transaction, tenant, ids(newest, tenant, page));
  }

  private static List<UUID> ids(Query query, TenantId tenant, PageRequest page) {
    return query.bind("tenant", tenant).bindMethods(page).mapTo(UUID.class).list();
  }

  private static List<Call> load(Handle transaction, TenantId tenant, List<UUID> ids) {
    Map<CallId, Map<UserId, CallParticipant>> known =
        CallParticipantTable.load(transaction, tenant, ids);
    return transaction
        .createQuery(
            """
            select * from calls where tenant_id = :tenant and id = any(:ids)
            order by started_at desc, id desc
            """)
        .bind("tenant", tenant)
        .bindArray("ids", UUID.class, ids)
        .map(row ->
            call(row, known.getOrDefault(row.getColumn("id", CallId.class), Call.noParticipants())))
        .list();
  }

  /// Finds a call of any tenant, for LiveKit, which knows no tenants.
  static Optional<CallRef> ref(Handle transaction, CallId id) {
    return transaction
        .createQuery("select tenant_id as tenant, id from calls where id = :id")
        .bind("id", id)
        .mapTo(CallRef.class)
        .findOne();
  }

  private static Call call(RowView row, Map<UserId, CallParticipant> participants) {
    return new Call(
        row.getColumn("id", CallId.class),
        row.getColumn("tenant_id", TenantId.class),
        row.getColumn("room_id", RoomId.class),
        row.getColumn("call_type", CallType.class),
        row.getColumn("initiator_id", UserId.class),
        row.getColumn("started_at", Instant.class),
        state(row),
        participants,
        row.getColumn("silent_since", Instant.class),
        Set.of(row.getColumn("recorders", String[].class)),
        row.getColumn("version", Long.class));
  }

  private static CallState state(RowView row) {
    String status = row.getColumn("status", String.class);
    return switch (status) {
      case "ringing" -> new CallState.Ringing(row.getColumn("ring_until", Instant.class));
      case "active" -> new CallState.Active();
      case "ended" ->
          new CallState.Ended(
              row.getColumn("end_reason", CallEndReason.class),
              row.getColumn("ended_at", Instant.class));
      default -> throw new IllegalStateException("no such status: " + status);
    };
  }
}
