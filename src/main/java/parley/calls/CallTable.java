package parley.calls;

import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.result.RowView;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;
import parley.auth.KeyId;
import parley.tenants.RoomId;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// The SQL of calls. Those methods that take no tenant serve the server's own clock and LiveKit,
/// which knows no tenants.
final class CallTable {
  /// Names a call of any tenant.
  record Ref(TenantId tenant, CallId id) {}

  /// Adds a call; false when the room has a live one.
  boolean insert(Handle transaction, Call call) {
    int rows =
        transaction
            .createUpdate(
                """
                insert into calls
                  (tenant_id, id, room_id, call_type, initiator_id, started_at, status, ring_until,
                   version, due_at)
                values (:tenant, :id, :room, :type, :initiator, :started, :status, :ringUntil,
                  :version, :due)
                on conflict (tenant_id, room_id) where status <> 'ended' do nothing
                """)
            .bind("tenant", call.tenant())
            .bind("id", call.id())
            .bind("room", call.room())
            .bind("type", call.type().text())
            .bind("initiator", call.initiator())
            .bind("started", call.startedAt())
            .bind("status", call.state().text())
            .bindByType("ringUntil", ringUntil(call), Instant.class)
            .bind("version", call.version())
            .bindByType("due", call.due().orElse(null), Instant.class)
            .execute();
    if (rows == 1) {
      saveSeats(transaction, call, Map.of());
    }
    return rows == 1;
  }

  /// Writes what has changed of a call that this transaction has locked.
  void update(Handle transaction, Call before, Call call) {
    CallState.Ended ended = call.state() instanceof CallState.Ended end ? end : null;
    transaction
        .createUpdate(
            """
            update calls
            set status = :status, ring_until = :ringUntil, end_reason = :reason, ended_at = :ended,
                silent_since = :silent, version = :version, due_at = :due
            where tenant_id = :tenant and id = :id
            """)
        .bind("tenant", call.tenant())
        .bind("id", call.id())
        .bind("status", call.state().text())
        .bindByType("ringUntil", ringUntil(call), Instant.class)
        .bind("reason", ended == null ? null : ended.reason().text())
        .bindByType("ended", ended == null ? null : ended.at(), Instant.class)
        .bindByType("silent", call.silentSince(), Instant.class)
        .bind("version", call.version())
        .bindByType("due", call.due().orElse(null), Instant.class)
        .execute();
    saveSeats(transaction, call, before.seats());
  }

  Optional<Call> find(Handle transaction, TenantId tenant, CallId id) {
    return one(
        transaction, "select * from calls where tenant_id = :tenant and id = :id", tenant, id);
  }

  /// As [#find]; nobody else changes the call until the transaction ends.
  Optional<Call> lock(Handle transaction, TenantId tenant, CallId id) {
    return one(
        transaction,
        "select * from calls where tenant_id = :tenant and id = :id for no key update",
        tenant,
        id);
  }

  /// The room's call that is not over, if there is one.
  Optional<CallId> live(Handle transaction, TenantId tenant, RoomId room) {
    return transaction
        .createQuery(
            """
            select id from calls
            where tenant_id = :tenant and room_id = :room and status <> 'ended'
            """)
        .bind("tenant", tenant)
        .bind("room", room)
        .mapTo(CallId.class)
        .findOne();
  }

  /// Whose call this is, whatever the tenant.
  Optional<Ref> owner(Handle transaction, CallId id) {
    return transaction
        .createQuery("select tenant_id, id from calls where id = :id")
        .bind("id", id)
        .map(row -> ref(row))
        .findOne();
  }

  /// Those of these calls that are over.
  List<Ref> ended(Handle transaction, Collection<CallId> ids) {
    return transaction
        .createQuery("select tenant_id, id from calls where id = any(:ids) and status = 'ended'")
        .bindArray("ids", UUID.class, ids.stream().map(CallId::value).toList())
        .map(row -> ref(row))
        .list();
  }

  /// Notes what was seen in the room of a call that this transaction has locked.
  void seen(Handle transaction, Call call, Set<String> recorders, boolean lost) {
    transaction
        .createUpdate(
            """
            update calls set recorders = :recorders, list_lost = :lost
            where tenant_id = :tenant and id = :id
            """)
        .bind("tenant", call.tenant())
        .bind("id", call.id())
        .bindArray("recorders", String.class, recorders.toArray())
        .bind("lost", lost)
        .execute();
  }

  /// Whether LiveKit is known to have lost what it knew of the call's room.
  boolean isLost(Handle transaction, Ref ref) {
    return flag(
        transaction, ref, "select list_lost from calls where tenant_id = :tenant and id = :id");
  }

  /// Whether LiveKit may still have the room of the call.
  boolean isRoomOpen(Handle transaction, Ref ref) {
    return flag(
        transaction, ref, "select room_open from calls where tenant_id = :tenant and id = :id");
  }

  private static boolean flag(Handle transaction, Ref ref, String query) {
    return transaction
        .createQuery(query)
        .bind("tenant", ref.tenant())
        .bind("id", ref.id())
        .mapTo(Boolean.class)
        .one();
  }

  /// Notes that nobody is in the room of a call that is over, which this transaction has locked.
  void roomClosed(Handle transaction, Call call) {
    transaction
        .createUpdate(
            """
            update calls set room_open = false, recorders = '{}'
            where tenant_id = :tenant and id = :id
            """)
        .bind("tenant", call.tenant())
        .bind("id", call.id())
        .execute();
  }

  /// Takes calls that are over and whose rooms may be open, and that nobody has taken since
  /// `before`, for this node to close.
  List<Ref> takeLeftOpen(Handle transaction, Instant before, Instant now, int most) {
    return transaction
        .createQuery(
            """
            update calls set looked_at = :now
            where (tenant_id, id) in (
              select tenant_id, id from calls
              where room_open and status = 'ended' and ended_at <= :before
                and (looked_at is null or looked_at <= :before)
              order by looked_at nulls first limit :most
              for no key update skip locked)
            returning tenant_id, id
            """)
        .bind("now", now)
        .bind("before", before)
        .bind("most", most)
        .map(row -> ref(row))
        .list();
  }

  /// Live calls in which time has changed something by now.
  List<Ref> due(Handle transaction, Instant now, int most) {
    return transaction
        .createQuery(
            """
            select tenant_id, id from calls where status <> 'ended' and due_at <= :now
            order by due_at limit :most
            """)
        .bind("now", now)
        .bind("most", most)
        .map(row -> ref(row))
        .list();
  }

  /// Takes the live calls that nobody has taken since `before`, for this node to look at.
  ///
  /// @param awaited only those in which something is due: that ring, or wait for somebody or
  ///   LiveKit
  List<Ref> take(Handle transaction, boolean awaited, Instant before, Instant now) {
    return transaction
        .createQuery(
            """
            update calls set looked_at = :now
            where (tenant_id, id) in (
              select tenant_id, id from calls
              where status <> 'ended' and (looked_at is null or looked_at <= :before)
                and (due_at is not null or silent_since is not null or not :awaited)
              for no key update skip locked)
            returning tenant_id, id
            """)
        .bind("awaited", awaited)
        .bind("now", now)
        .bind("before", before)
        .map(row -> ref(row))
        .list();
  }

  /// Somebody whom a key let into a call.
  record Admitted(Ref call, UserId user) {}

  /// Notes with which key somebody was let in who has a seat.
  ///
  /// @param key null for a token that is no key
  void admitted(Handle transaction, Call call, UserId user, @Nullable KeyId key) {
    transaction
        .createUpdate(
            """
            update call_seats set key_id = cast(:key as uuid)
            where tenant_id = :tenant and call_id = :call and user_id = :user
            """)
        .bind("tenant", call.tenant())
        .bind("call", call.id())
        .bind("user", user)
        .bindByType("key", key, KeyId.class)
        .execute();
  }

  /// The keys that let in those who take part in a live call, or may connect to one.
  Set<KeyId> keysInUse(Handle transaction) {
    return transaction
        .createQuery(
            """
            select distinct key_id from calls
            join call_seats seat on seat.tenant_id = calls.tenant_id and seat.call_id = calls.id
            where calls.status <> 'ended' and seat.presence in ('awaited', 'connected')
              and seat.key_id is not null
            """)
        .mapTo(KeyId.class)
        .set();
  }

  /// Those whom one of these keys let in, of [#keysInUse].
  List<Admitted> admittedWith(Handle transaction, Set<KeyId> keys) {
    return transaction
        .createQuery(
            """
            select calls.tenant_id, calls.id, seat.user_id from calls
            join call_seats seat on seat.tenant_id = calls.tenant_id and seat.call_id = calls.id
            where calls.status <> 'ended' and seat.presence in ('awaited', 'connected')
              and seat.key_id = any(:keys)
            """)
        .bindArray("keys", UUID.class, keys.stream().map(KeyId::value).toList())
        .map(row -> new Admitted(ref(row), row.getColumn("user_id", UserId.class)))
        .list();
  }

  /// Notes a webhook; false when it is known.
  boolean note(Handle transaction, String webhook, Instant now) {
    return transaction
            .createUpdate(
                "insert into call_webhooks (id, at) values (:id, :now) on conflict (id) do nothing")
            .bind("id", webhook)
            .bind("now", now)
            .execute()
        == 1;
  }

  /// Forgets webhooks that are older than any that is still taken.
  void forget(Handle transaction, Instant before) {
    transaction
        .createUpdate("delete from call_webhooks where at < :before")
        .bind("before", before)
        .execute();
  }

  private static Optional<Call> one(Handle transaction, String query, TenantId tenant, CallId id) {
    return transaction
        .createQuery(query)
        .bind("tenant", tenant)
        .bind("id", id)
        .map(row -> call(row, seats(transaction, tenant, id)))
        .findOne();
  }

  private static Map<UserId, Seat> seats(Handle transaction, TenantId tenant, CallId id) {
    Map<UserId, Seat> seats = new TreeMap<>(Comparator.comparing(UserId::value));
    transaction
        .createQuery("select * from call_seats where tenant_id = :tenant and call_id = :id")
        .bind("tenant", tenant)
        .bind("id", id)
        .map(row -> Map.entry(row.getColumn("user_id", UserId.class), seat(row)))
        .forEach(entry -> seats.put(entry.getKey(), entry.getValue()));
    return seats;
  }

  /// Only those that changed: a call in a large room has many seats, and few change at a time.
  private static void saveSeats(Handle transaction, Call call, Map<UserId, Seat> known) {
    PreparedBatch batch =
        transaction.prepareBatch(
            """
            insert into call_seats
              (tenant_id, call_id, user_id, invited, rejected, joined_at, presence,
               awaited_until, video_on, audio_on)
            values (:tenant, :call, :user, :invited, :rejected, :joined, :presence,
              :until, :video, :audio)
            on conflict (tenant_id, call_id, user_id) do update
            set invited = excluded.invited, rejected = excluded.rejected,
                joined_at = excluded.joined_at, presence = excluded.presence,
                awaited_until = excluded.awaited_until, video_on = excluded.video_on,
                audio_on = excluded.audio_on
            """);
    call.seats()
        .forEach((user, seat) -> {
          if (!seat.equals(known.get(user))) {
            Presence presence = seat.presence();
            Presence.Connected connected =
                presence instanceof Presence.Connected here
                    ? here
                    : new Presence.Connected(false, false);
            batch
                .bind("tenant", call.tenant())
                .bind("call", call.id())
                .bind("user", user)
                .bind("invited", seat.invited())
                .bind("rejected", seat.rejected())
                .bindByType("joined", seat.joinedAt(), Instant.class)
                .bind("presence", word(presence))
                .bindByType(
                    "until",
                    presence instanceof Presence.Awaited(Instant until) ? until : null,
                    Instant.class)
                .bind("video", connected.videoOn())
                .bind("audio", connected.audioOn())
                .add();
          }
        });
    if (batch.size() > 0) {
      batch.execute();
    }
  }

  private static String word(Presence presence) {
    return switch (presence) {
      case Presence.Absent absent -> "absent";
      case Presence.Awaited awaited -> "awaited";
      case Presence.Connected connected -> "connected";
      case Presence.Departed departed -> "departed";
    };
  }

  private static Seat seat(RowView row) {
    String word = row.getColumn("presence", String.class);
    Presence presence =
        switch (word) {
          case "absent" -> new Presence.Absent();
          case "awaited" -> new Presence.Awaited(row.getColumn("awaited_until", Instant.class));
          case "connected" ->
              new Presence.Connected(
                  row.getColumn("video_on", Boolean.class),
                  row.getColumn("audio_on", Boolean.class));
          case "departed" -> new Presence.Departed();
          default -> throw new IllegalStateException("no such presence: " + word);
        };
    return new Seat(
        row.getColumn("invited", Boolean.class),
        row.getColumn("rejected", Boolean.class),
        row.getColumn("joined_at", Instant.class),
        presence);
  }

  private static Call call(RowView row, Map<UserId, Seat> seats) {
    return new Call(
        row.getColumn("id", CallId.class),
        row.getColumn("tenant_id", TenantId.class),
        row.getColumn("room_id", RoomId.class),
        CallType.parse(row.getColumn("call_type", String.class)).orElseThrow(),
        row.getColumn("initiator_id", UserId.class),
        row.getColumn("started_at", Instant.class),
        state(row),
        seats,
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
              EndReason.of(row.getColumn("end_reason", String.class)),
              row.getColumn("ended_at", Instant.class));
      default -> throw new IllegalStateException("no such status: " + status);
    };
  }

  private static Ref ref(RowView row) {
    return new Ref(row.getColumn("tenant_id", TenantId.class), row.getColumn("id", CallId.class));
  }

  private static @Nullable Instant ringUntil(Call call) {
    return call.state() instanceof CallState.Ringing(Instant until) ? until : null;
  }
}
