package parley.events;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.result.RowView;
import parley.tenants.RoomId;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// The SQL of events and of who hears them.
final class EventTable {
  /// A page ends behind the event with which its contents have so many bytes: a message may have 64
  /// KiB, and a page a thousand of them.
  private static final int MAX_PAGE_BYTES = 1024 * 1024;

  /// How far a tenant's events reach.
  ///
  /// @param last the newest event's position; 0 when there never was one
  /// @param pruned up to here events may have been removed
  record Extent(long last, long pruned) {}

  /// Gives the event the next position of its tenant and adds it. Holds the tenant's positions
  /// until the transaction ends. Positions follow the time, in microseconds: so they tell nobody
  /// how much happened between two events that they hear.
  Event insert(Handle transaction, Event draft) {
    Audience.Room room = draft.audience() instanceof Audience.Room inRoom ? inRoom : null;
    UserId alone = draft.audience() instanceof Audience.User user ? user.user() : null;
    long position =
        transaction
            .createQuery(
                """
                with place as (
                  insert into event_positions as positions (tenant_id, last) values (:tenant, :micros)
                  on conflict (tenant_id) do update
                    set last = greatest(positions.last + 1, excluded.last)
                  returning last
                )
                insert into events
                  (tenant_id, stream_position, id, event_type, room_id, user_id, except_id,
                   changes_listeners, sender_id, content, at)
                select :tenant, last, :id, :type, cast(:room as uuid), cast(:user as uuid),
                  cast(:except as uuid), :changes, cast(:sender as uuid), :content, :at
                from place
                returning stream_position
                """)
            .bind("tenant", draft.tenant())
            .bind("micros", ChronoUnit.MICROS.between(Instant.EPOCH, draft.at()))
            .bind("id", draft.id())
            .bind("type", draft.type().text())
            .bindByType("room", room == null ? null : room.room(), RoomId.class)
            .bindByType("user", room == null ? alone : room.besides(), UserId.class)
            .bindByType("except", room == null ? null : room.except(), UserId.class)
            .bind("changes", draft.changesListeners())
            .bindByType("sender", draft.sender(), UserId.class)
            .bind("content", draft.content())
            .bind("at", draft.at())
            .mapTo(long.class)
            .one();
    return new Event(
        draft.tenant(),
        position,
        draft.id(),
        draft.type(),
        draft.audience(),
        draft.changesListeners(),
        draft.sender(),
        draft.content(),
        draft.at());
  }

  /// From this position on the user hears the room.
  void beginListening(
      Handle transaction, TenantId tenant, RoomId room, UserId user, long position) {
    transaction
        .createUpdate(
            """
            insert into room_listeners (tenant_id, room_id, user_id, from_position)
            values (:tenant, :room, :user, :position)
            """)
        .bind("tenant", tenant)
        .bind("room", room)
        .bind("user", user)
        .bind("position", position)
        .execute();
  }

  /// This position is the last that the user hears of the room.
  void endListening(Handle transaction, TenantId tenant, RoomId room, UserId user, long position) {
    transaction
        .createUpdate(
            """
            update room_listeners set until_position = :position
            where tenant_id = :tenant and room_id = :room and user_id = :user
              and until_position is null
            """)
        .bind("tenant", tenant)
        .bind("room", room)
        .bind("user", user)
        .bind("position", position)
        .execute();
  }

  /// How far the tenant's events reach. Every event up to `last` can be read from now on.
  Extent extent(Handle transaction, TenantId tenant) {
    return transaction
        .createQuery("select last, pruned from event_positions where tenant_id = :tenant")
        .bind("tenant", tenant)
        .map(row ->
            new Extent(row.getColumn("last", Long.class), row.getColumn("pruned", Long.class)))
        .findOne()
        .orElse(new Extent(0, 0));
  }

  /// The newest positions of several tenants.
  Map<TenantId, Long> lastOf(Handle transaction, Collection<TenantId> tenants) {
    Map<TenantId, Long> last = new HashMap<>();
    transaction
        .createQuery("select tenant_id, last from event_positions where tenant_id = any(:tenants)")
        .bindArray("tenants", UUID.class, tenants.stream().map(TenantId::value).toList())
        .map(row ->
            Map.entry(
                row.getColumn("tenant_id", TenantId.class), row.getColumn("last", Long.class)))
        .forEach(entry -> last.put(entry.getKey(), entry.getValue()));
    return last;
  }

  /// The tenant's next events, whoever hears them.
  List<Event> behind(Handle transaction, TenantId tenant, long position, int most) {
    return transaction
        .createQuery(
            """
            select * from events where tenant_id = :tenant and stream_position > :position
            order by stream_position limit :most
            """)
        .bind("tenant", tenant)
        .bind("position", position)
        .bind("most", most)
        .map(EventTable::event)
        .list();
  }

  /// Whether events are so many bytes that a page ends with them.
  static boolean fillAPage(List<Event> events) {
    long bytes = 0;
    for (Event event : events) {
      bytes += event.content().getBytes(StandardCharsets.UTF_8).length;
    }
    return bytes >= MAX_PAGE_BYTES;
  }

  /// What a user may read of the events after `since`, up to and with `upTo`: of each room that
  /// they are in now what was told during their stays in it, and what was for them.
  ///
  /// Each room and the user's own events have an index to go by, so that a page costs the same
  /// however much others talk.
  List<Event> heardBy(
      Handle transaction, TenantId tenant, UserId user, long since, long upTo, int most) {
    return transaction
        .createQuery(
            """
            with stays as (
              select room_id, from_position, coalesce(until_position, :upTo) as until_position
              from room_listeners as stay
              where tenant_id = :tenant and user_id = :user
                and exists (
                  select 1 from room_listeners as now
                  where now.tenant_id = stay.tenant_id and now.room_id = stay.room_id
                    and now.user_id = stay.user_id and now.until_position is null)
            ), found as (
              (select heard.* from stays cross join lateral (
                select * from events
                where events.tenant_id = :tenant and events.room_id = stays.room_id
                  and stream_position > greatest(:since, from_position - 1)
                  and stream_position <= least(:upTo, until_position)
                  and except_id is distinct from :user
                order by stream_position limit :most) as heard)
              union all
              (select * from events
                where tenant_id = :tenant and user_id = :user
                  and stream_position > :since and stream_position <= :upTo
                order by stream_position limit :most)
            )
            , page as (
              select distinct on (stream_position) * from found order by stream_position limit :most
            )
            select * from (
              select *, sum(octet_length(content)) over (order by stream_position)
                - octet_length(content) as bytes_before
              from page) as sized
            where bytes_before < :bytes order by stream_position
            """)
        .bind("tenant", tenant)
        .bind("user", user)
        .bind("since", since)
        .bind("upTo", upTo)
        .bind("most", most)
        .bind("bytes", MAX_PAGE_BYTES)
        .map(EventTable::event)
        .list();
  }

  /// The last position that the user hears, as [#heardBy] tells; 0 when there is none.
  long lastHeardBy(Handle transaction, TenantId tenant, UserId user) {
    return transaction
        .createQuery(
            """
            with stays as (
              select room_id, from_position, until_position
              from room_listeners as stay
              where tenant_id = :tenant and user_id = :user
                and exists (
                  select 1 from room_listeners as now
                  where now.tenant_id = stay.tenant_id and now.room_id = stay.room_id
                    and now.user_id = stay.user_id and now.until_position is null)
            )
            select greatest(
              (select coalesce(max(position), 0) from stays cross join lateral (
                select stream_position as position from events
                where events.tenant_id = :tenant and events.room_id = stays.room_id
                  and stream_position >= from_position
                  and (until_position is null or stream_position <= until_position)
                  and except_id is distinct from :user
                order by stream_position desc limit 1) as heard),
              (select coalesce(max(stream_position), 0) from events
                where tenant_id = :tenant and user_id = :user))
            """)
        .bind("tenant", tenant)
        .bind("user", user)
        .mapTo(long.class)
        .one();
  }

  /// Now, as a position.
  long now(Handle transaction) {
    return transaction
        .createQuery("select cast(extract(epoch from clock_timestamp()) * 1000000 as bigint)")
        .mapTo(long.class)
        .one();
  }

  /// The messages of a room that were told during the user's stays in it, newest first.
  List<Event> messages(
      Handle transaction, TenantId tenant, RoomId room, UserId user, long before, int most) {
    return transaction
        .createQuery(
            """
            select * from (
            select *, sum(octet_length(content)) over (order by stream_position desc)
              - octet_length(content) as bytes_before
            from (
            select events.* from events
            where tenant_id = :tenant and room_id = :room and event_type = :type
              and stream_position < :before
              and exists (
                select 1 from room_listeners as stay
                where stay.tenant_id = :tenant and stay.room_id = :room and stay.user_id = :user
                  and stay.from_position <= stream_position
                  and (stay.until_position is null or stay.until_position >= stream_position))
            order by stream_position desc limit :most) as page) as sized
            where bytes_before < :bytes order by stream_position desc
            """)
        .bind("tenant", tenant)
        .bind("room", room)
        .bind("user", user)
        .bind("type", EventType.ROOM_MESSAGE.text())
        .bind("before", before)
        .bind("most", most)
        .bind("bytes", MAX_PAGE_BYTES)
        .map(EventTable::event)
        .list();
  }

  /// How many messages [#messages] finds in all; counts no further than a little beyond `most`.
  long countMessages(Handle transaction, TenantId tenant, RoomId room, UserId user, int most) {
    return transaction
        .createQuery(
            """
            select count(*) from (
              select 1 from events
              where tenant_id = :tenant and room_id = :room and event_type = :type
                and exists (
                  select 1 from room_listeners as stay
                  where stay.tenant_id = :tenant and stay.room_id = :room and stay.user_id = :user
                    and stay.from_position <= stream_position
                    and (stay.until_position is null or stay.until_position >= stream_position))
              limit :most + 1) as messages
            """)
        .bind("tenant", tenant)
        .bind("room", room)
        .bind("user", user)
        .bind("type", EventType.ROOM_MESSAGE.text())
        .bind("most", most)
        .mapTo(long.class)
        .one();
  }

  /// Who is in the room now, and when they were.
  List<Stay> stays(Handle transaction, TenantId tenant, RoomId room) {
    return transaction
        .createQuery(
            """
            select user_id, from_position, until_position from room_listeners as stay
            where tenant_id = :tenant and room_id = :room
              and exists (
                select 1 from room_listeners as now
                where now.tenant_id = stay.tenant_id and now.room_id = stay.room_id
                  and now.user_id = stay.user_id and now.until_position is null)
            """)
        .bind("tenant", tenant)
        .bind("room", room)
        .map(row -> {
          Long until = row.getColumn("until_position", Long.class);
          return new Stay(
              row.getColumn("user_id", UserId.class),
              row.getColumn("from_position", Long.class),
              until == null ? Long.MAX_VALUE : until);
        })
        .list();
  }

  /// One stay of a user in a room, both ends included.
  record Stay(UserId user, long from, long until) {}

  /// Notes that events up to this position may go.
  void prune(Handle transaction, TenantId tenant, long upTo) {
    transaction
        .createUpdate(
            """
            update event_positions set pruned = greatest(pruned, :upTo) where tenant_id = :tenant
            """)
        .bind("tenant", tenant)
        .bind("upTo", upTo)
        .execute();
  }

  /// Removes what was pruned behind `from` up to `upTo`. Messages stay: a room's are kept.
  void removePruned(Handle transaction, TenantId tenant, long from, long upTo) {
    transaction
        .createUpdate(
            """
            delete from events
            where tenant_id = :tenant and stream_position > :from and stream_position <= :upTo
              and event_type <> :message
            """)
        .bind("tenant", tenant)
        .bind("from", from)
        .bind("upTo", upTo)
        .bind("message", EventType.ROOM_MESSAGE.text())
        .execute();
  }

  /// The newest position that is older than `before` among the next `most` behind `from`; `from`
  /// when there is none.
  long olderThan(Handle transaction, TenantId tenant, long from, Instant before, int most) {
    return transaction
        .createQuery(
            """
            select coalesce(max(stream_position), :from) from (
              select stream_position, at from events
              where tenant_id = :tenant and stream_position > :from
              order by stream_position limit :most) as next
            where at < :before
            """)
        .bind("tenant", tenant)
        .bind("from", from)
        .bind("before", before)
        .bind("most", most)
        .mapTo(long.class)
        .one();
  }

  /// The tenants that ever had an event; for the removal of old ones alone.
  List<TenantId> tenants(Handle transaction) {
    return transaction
        .createQuery("select tenant_id from event_positions")
        .mapTo(TenantId.class)
        .list();
  }

  private static Event event(RowView row) {
    RoomId room = row.getColumn("room_id", RoomId.class);
    UserId user = row.getColumn("user_id", UserId.class);
    Audience audience;
    if (room != null) {
      audience = new Audience.Room(room, user, row.getColumn("except_id", UserId.class));
    } else if (user != null) {
      audience = new Audience.User(user);
    } else {
      throw new IllegalStateException("an event that nobody hears");
    }
    return new Event(
        row.getColumn("tenant_id", TenantId.class),
        row.getColumn("stream_position", Long.class),
        row.getColumn("id", EventId.class),
        EventType.of(row.getColumn("event_type", String.class)),
        audience,
        row.getColumn("changes_listeners", Boolean.class),
        row.getColumn("sender_id", UserId.class),
        row.getColumn("content", String.class),
        row.getColumn("at", Instant.class));
  }
}
