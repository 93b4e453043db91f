package parley.events;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.result.RowView;
import org.jdbi.v3.core.statement.Query;
import parley.tenants.RoomId;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// The SQL of events. [VisibilityTable] determines which of them a user may read.
final class EventTable {
  private EventTable() {}

  /// The event that exceeds this size of contents is a page's last. A message may have 64 KiB and a
  /// page a thousand events.
  private static final int MAX_PAGE_BYTES = 1024 * 1024;

  /// The membership ranges of a user in their current rooms.
  private static final String RANGES =
      """
      with ranges as (
        select room_id, from_position, until_position from room_listeners as range
        where tenant_id = :tenant and user_id = :user and
      """
          + VisibilityTable.IS_MEMBER_NOW
          + ")";

  /// Whether the user was a member of the room at the time of an event.
  private static final String IN_RANGE =
      """
      exists (
        select 1 from room_listeners as range
        where range.tenant_id = :tenant and range.room_id = :room and range.user_id = :user
          and range.from_position <= stream_position
          and (range.until_position is null or range.until_position >= stream_position))
      """;

  /// Inserts the event at the tenant's next position. Locks the tenant's positions until the
  /// transaction ends. Positions are times in microseconds, so that they do not reveal how much
  /// happens between two events.
  static Event insert(Handle transaction, Event event) {
    return event.withPosition(
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
                select :tenant, last, :id, :type, cast(:audience.roomId as uuid),
                  cast(:audience.userId as uuid), cast(:audience.exceptId as uuid),
                  :changesListeners, cast(:sender as uuid), :content, :at
                from place
                returning stream_position
                """)
            .bindMethods(event)
            .bind("micros", ChronoUnit.MICROS.between(Instant.EPOCH, event.at()))
            .mapTo(long.class)
            .one());
  }

  /// The tenant's next events, regardless of who may read them.
  static List<Event> after(Handle transaction, TenantId tenant, long position, int max) {
    return events(
        transaction
            .createQuery(
                """
                select * from events where tenant_id = :tenant and stream_position > :position
                order by stream_position limit :max
                """)
            .bindMap(Map.of("tenant", tenant, "position", position))
            .bind("max", max));
  }

  /// Whether the contents of the events fill a page.
  static boolean fillAPage(List<Event> events) {
    long bytes = 0;
    for (Event event : events) {
      bytes += event.content().getBytes(StandardCharsets.UTF_8).length;
    }
    return bytes >= MAX_PAGE_BYTES;
  }

  /// The events after `since`, up to and including `upTo`, that a user may read: those of their
  /// current rooms that happened while they were a member, and those for them alone.
  ///
  /// Each room and the user's own events have an index, so the cost of a page is independent of how
  /// much others write.
  static List<Event> visibleTo(
      Handle transaction, TenantId tenant, UserId user, long since, long upTo, int max) {
    return events(
        transaction
            .createQuery(
                RANGES
                    + """
                    , found as (
                      (select visible.* from ranges cross join lateral (
                        select * from events
                        where events.tenant_id = :tenant and events.room_id = ranges.room_id
                          and stream_position > greatest(:since, from_position - 1)
                          and stream_position <= least(:upTo, until_position)
                          and except_id is distinct from :user
                        order by stream_position limit :max) as visible
                        where until_position is null or until_position > :since)
                      union all
                      (select * from events
                        where tenant_id = :tenant and user_id = :user
                          and stream_position > :since and stream_position <= :upTo
                        order by stream_position limit :max)
                    )
                    , page as (
                      select distinct on (stream_position) * from found
                      order by stream_position limit :max
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
            .bind("max", max)
            .bind("bytes", MAX_PAGE_BYTES));
  }

  /// The last position that [#visibleTo] can return; 0 if there is none.
  static long lastVisibleTo(Handle transaction, TenantId tenant, UserId user) {
    return transaction
        .createQuery(
            RANGES
                + """
                select greatest(
                  (select coalesce(max(position), 0) from ranges cross join lateral (
                    select stream_position as position from events
                    where events.tenant_id = :tenant and events.room_id = ranges.room_id
                      and stream_position >= from_position
                      and (until_position is null or stream_position <= until_position)
                      and except_id is distinct from :user
                    order by stream_position desc limit 1) as visible),
                  (select coalesce(max(stream_position), 0) from events
                    where tenant_id = :tenant and user_id = :user))
                """)
        .bindMap(Map.of("tenant", tenant, "user", user))
        .mapTo(long.class)
        .one();
  }

  /// The messages of a room before a position, newest first, that were sent while the user was a
  /// member.
  static List<Event> messages(
      Handle transaction, TenantId tenant, RoomId room, UserId user, long before, int max) {
    return events(
        ofRoom(
                transaction,
                """
                select * from (
                select *, sum(octet_length(content)) over (order by stream_position desc)
                  - octet_length(content) as bytes_before
                from (
                select events.* from events
                where tenant_id = :tenant and room_id = :room and event_type = :type
                  and stream_position < :before and
                """
                    + IN_RANGE
                    + """
                    order by stream_position desc limit :max) as page) as sized
                    where bytes_before < :bytes order by stream_position desc
                    """,
                tenant,
                room,
                user)
            .bindMap(Map.of("before", before, "max", max))
            .bind("bytes", MAX_PAGE_BYTES));
  }

  /// The number of all [#messages]; counts at most one more than `max`.
  static long countMessages(
      Handle transaction, TenantId tenant, RoomId room, UserId user, int max) {
    return ofRoom(
            transaction,
            """
            select count(*) from (
              select 1 from events
              where tenant_id = :tenant and room_id = :room and event_type = :type and
            """
                + IN_RANGE
                + " limit :max + 1) as messages",
            tenant,
            room,
            user)
        .bind("max", max)
        .mapTo(long.class)
        .one();
  }

  private static Query ofRoom(
      Handle transaction, String query, TenantId tenant, RoomId room, UserId user) {
    return transaction
        .createQuery(query)
        .bindMap(Map.of("tenant", tenant, "room", room, "user", user))
        .bind("type", EventType.ROOM_MESSAGE);
  }

  /// Deletes events after `from` up to `upTo`, except messages.
  static void remove(Handle transaction, TenantId tenant, long from, long upTo) {
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
        .bind("message", EventType.ROOM_MESSAGE)
        .execute();
  }

  /// The newest position before `before` among the next `max` after `from`; `from` if there is
  /// none.
  static long olderThan(Handle transaction, TenantId tenant, long from, Instant before, int max) {
    return transaction
        .createQuery(
            """
            select coalesce(max(stream_position), :from) from (
              select stream_position, at from events
              where tenant_id = :tenant and stream_position > :from
              order by stream_position limit :max) as next
            where at < :before
            """)
        .bindMap(Map.of("tenant", tenant, "from", from, "before", before, "max", max))
        .mapTo(long.class)
        .one();
  }

  private static List<Event> events(Query query) {
    return query.map(EventTable::event).list();
  }

  private static Event event(RowView row) {
    return new Event(
        row.getColumn("tenant_id", TenantId.class),
        row.getColumn("stream_position", Long.class),
        row.getColumn("id", EventId.class),
        row.getColumn("event_type", EventType.class),
        audience(row),
        row.getColumn("changes_listeners", Boolean.class),
        row.getColumn("sender_id", UserId.class),
        row.getColumn("content", String.class),
        row.getColumn("at", Instant.class));
  }

  private static Audience audience(RowView row) {
    RoomId room = row.getColumn("room_id", RoomId.class);
    UserId user = row.getColumn("user_id", UserId.class);
    return room == null
        ? new Audience.User(user)
        : new Audience.Room(room, user, row.getColumn("except_id", UserId.class));
  }
}
