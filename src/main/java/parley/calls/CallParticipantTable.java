package parley.calls;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.Nested;
import org.jdbi.v3.core.result.RowView;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;
import parley.auth.KeyId;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// The SQL of participants of calls, and of the keys with which they joined.
final class CallParticipantTable {
  private CallParticipantTable() {}

  private static final String IN_LIVE_CALLS =
      """
      from calls
      join call_seats seat on seat.tenant_id = calls.tenant_id and seat.call_id = calls.id
      where calls.status <> 'ended' and seat.presence in ('awaited', 'connected')
      """;

  /// A participant admitted with a key.
  record Admitted(@Nested CallRef call, UserId user) {}

  private record Seat(CallId call, UserId user, CallParticipant participant) {}

  static Map<UserId, CallParticipant> load(Handle transaction, CallRef ref) {
    Map<UserId, CallParticipant> participants = Call.noParticipants();
    transaction
        .createQuery("select * from call_seats where tenant_id = :tenant and call_id = :id")
        .bindMethods(ref)
        .map(row -> Map.entry(row.getColumn("user_id", UserId.class), participant(row)))
        .forEach(entry -> participants.put(entry.getKey(), entry.getValue()));
    return participants;
  }

  /// Returns the participants of several calls; one without any is missing.
  static Map<CallId, Map<UserId, CallParticipant>> load(
      Handle transaction, TenantId tenant, List<UUID> calls) {
    Map<CallId, Map<UserId, CallParticipant>> found = new HashMap<>();
    transaction
        .createQuery("select * from call_seats where tenant_id = :tenant and call_id = any(:calls)")
        .bind("tenant", tenant)
        .bindArray("calls", UUID.class, calls)
        .map(row ->
            new Seat(
                row.getColumn("call_id", CallId.class),
                row.getColumn("user_id", UserId.class),
                participant(row)))
        .forEach(seat ->
            found
                .computeIfAbsent(seat.call(), call -> Call.noParticipants())
                .put(seat.user(), seat.participant()));
    return found;
  }

  /// Stores only the changed ones: a call in a large room has many participants, few of whom change
  /// at a time.
  static void save(Handle transaction, Call call, Map<UserId, CallParticipant> known) {
    PreparedBatch batch =
        transaction.prepareBatch(
            """
            insert into call_seats
              (tenant_id, call_id, user_id, invited, rejected, joined_at, presence,
               awaited_until, video_on, audio_on)
            values (:tenant, :call, :user, :invited, :rejected, :joinedAt, :word,
              :presence.until, :presence.videoOn, :presence.audioOn)
            on conflict (tenant_id, call_id, user_id) do update
            set invited = excluded.invited, rejected = excluded.rejected,
                joined_at = excluded.joined_at, presence = excluded.presence,
                awaited_until = excluded.awaited_until, video_on = excluded.video_on,
                audio_on = excluded.audio_on
            """);
    call.participants()
        .forEach((user, participant) -> {
          if (!participant.equals(known.get(user))) {
            batch
                .bindMap(Map.of("tenant", call.tenant(), "call", call.id(), "user", user))
                .bindMethods(participant)
                .bind("word", word(participant.presence()))
                .add();
          }
        });
    if (batch.size() > 0) {
      batch.execute();
    }
  }

  /// Stores the key with which a participant joined.
  ///
  /// @param key null if the token was not an API key
  static void admitted(Handle transaction, CallRef call, UserId user, @Nullable KeyId key) {
    transaction
        .createUpdate(
            """
            update call_seats set key_id = cast(:key as uuid)
            where tenant_id = :tenant and call_id = :id and user_id = :user
            """)
        .bindMethods(call)
        .bind("user", user)
        .bindByType("key", key, KeyId.class)
        .execute();
  }

  /// Returns the keys of participants who are or may become connected to live calls.
  static Set<KeyId> keysInUse(Handle transaction) {
    return transaction
        .createQuery("select distinct key_id " + IN_LIVE_CALLS + " and seat.key_id is not null")
        .mapTo(KeyId.class)
        .set();
  }

  /// Returns the participants who joined with one of these [#keysInUse].
  static List<Admitted> admittedBy(Handle transaction, Set<KeyId> keys) {
    return transaction
        .createQuery(
            "select calls.tenant_id as tenant, calls.id, seat.user_id as \"user\" "
                + IN_LIVE_CALLS
                + " and seat.key_id = any(:keys)")
        .bindArray("keys", UUID.class, keys.stream().map(KeyId::value).toList())
        .mapTo(Admitted.class)
        .list();
  }

  private static String word(Presence presence) {
    return switch (presence) {
      case Presence.Disconnected disconnected -> "absent";
      case Presence.Connecting connecting -> "awaited";
      case Presence.Connected connected -> "connected";
      case Presence.Left left -> "departed";
    };
  }

  private static CallParticipant participant(RowView row) {
    String word = row.getColumn("presence", String.class);
    Presence presence =
        switch (word) {
          case "absent" -> new Presence.Disconnected();
          case "awaited" -> new Presence.Connecting(row.getColumn("awaited_until", Instant.class));
          case "connected" ->
              new Presence.Connected(
                  row.getColumn("video_on", Boolean.class),
                  row.getColumn("audio_on", Boolean.class));
          case "departed" -> new Presence.Left();
          default -> throw new IllegalStateException("no such presence: " + word);
        };
    return new CallParticipant(
        row.getColumn("invited", Boolean.class),
        row.getColumn("rejected", Boolean.class),
        row.getColumn("joined_at", Instant.class),
        presence);
  }
}
