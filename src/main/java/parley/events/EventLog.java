package parley.events;

import java.time.Clock;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import parley.db.Database;
import parley.json.Json;
import parley.tenants.RoomId;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// Records events in the transaction that makes the change, so that both are committed together or
/// not at all.
///
/// An event gets its position last, right before the commit, under a lock of its tenant. So
/// positions follow the order of commits, and whoever has read one has read all before it (decision
/// 0020).
public final class EventLog {
  private final EventFeed feed;
  private final Clock clock;

  /// @param feed delivers the events to this node's subscribers
  public EventLog(EventFeed feed, Clock clock) {
    this.feed = feed;
    this.clock = clock;
  }

  /// Records an event.
  ///
  /// @param sender who caused it; null for the server
  /// @param content a record that is serialized as the event's content
  public EventReceipt record(
      Handle transaction,
      TenantId tenant,
      Audience audience,
      EventType type,
      @Nullable UserId sender,
      Object content) {
    return record(transaction, draft(tenant, audience, type, false, sender, content), event -> {});
  }

  /// Records that a user has joined the room; `content` as for [#record]. This is the first of the
  /// room's events that they can read.
  public EventReceipt recordArrival(
      Handle transaction,
      TenantId tenant,
      RoomId room,
      UserId user,
      @Nullable UserId sender,
      Object content) {
    return record(
        transaction,
        membership(tenant, room, user, sender, content),
        event -> VisibilityTable.begin(transaction, tenant, room, user, event.position()));
  }

  /// Records that a user has left the room. This is the last of the room's events that they can
  /// read.
  public EventReceipt recordDeparture(
      Handle transaction,
      TenantId tenant,
      RoomId room,
      UserId user,
      @Nullable UserId sender,
      Object content) {
    return record(
        transaction,
        membership(tenant, room, user, sender, content),
        event -> VisibilityTable.end(transaction, tenant, room, user, event.position()));
  }

  private Event membership(
      TenantId tenant, RoomId room, UserId user, @Nullable UserId sender, Object content) {
    return draft(
        tenant, Audience.roomAnd(room, user), EventType.ROOM_MEMBER, true, sender, content);
  }

  private Event draft(
      TenantId tenant,
      Audience audience,
      EventType type,
      boolean changesListeners,
      @Nullable UserId sender,
      Object content) {
    return new Event(
        tenant,
        0,
        EventId.random(),
        type,
        audience,
        changesListeners,
        sender,
        Json.write(content),
        clock.instant());
  }

  private EventReceipt record(Handle transaction, Event draft, Consumer<Event> placed) {
    EventReceipt receipt = new EventReceipt();
    Database.beforeCommit(
        transaction,
        last -> {
          Event event = EventTable.insert(last, draft);
          placed.accept(event);
          receipt.placed(event);
        });
    transaction.afterCommit(() -> feed.committed(draft.tenant()));
    return receipt;
  }
}
