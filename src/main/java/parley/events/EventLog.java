package parley.events;

import java.time.Clock;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import parley.db.Database;
import parley.json.Json;
import parley.tenants.RoomId;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// Where features record what happens, in the transaction in which it happens: neither is without
/// the other.
///
/// An event gets its position as the last thing before the commit, under a lock of its tenant. So
/// positions have no gaps, and whoever has read one has read all before it (decision 0020).
public final class EventLog {
  private final EventTable table = new EventTable();
  private final EventFeed feed;
  private final Clock clock;

  /// @param feed where those listen who are to hear at once
  public EventLog(EventFeed feed, Clock clock) {
    this.feed = feed;
    this.clock = clock;
  }

  /// Records an event.
  ///
  /// @param sender who caused it; null when the server did
  /// @param content what its type tells, to be written as a JSON object
  public EventReceipt record(
      Handle transaction,
      TenantId tenant,
      Audience audience,
      EventType type,
      @Nullable UserId sender,
      Object content) {
    return record(transaction, draft(tenant, audience, type, false, sender, content), event -> {});
  }

  /// Records an event with which the user begins to hear the room; they hear this one, too. They
  /// must not hear it yet.
  public EventReceipt recordArrival(
      Handle transaction,
      TenantId tenant,
      RoomId room,
      UserId user,
      EventType type,
      @Nullable UserId sender,
      Object content) {
    return record(
        transaction,
        draft(tenant, Audience.roomAnd(room, user), type, true, sender, content),
        event -> table.beginListening(transaction, tenant, room, user, event.position()));
  }

  /// Records an event with which the user ceases to hear the room; this is the last one they hear.
  public EventReceipt recordDeparture(
      Handle transaction,
      TenantId tenant,
      RoomId room,
      UserId user,
      EventType type,
      @Nullable UserId sender,
      Object content) {
    return record(
        transaction,
        draft(tenant, Audience.roomAnd(room, user), type, true, sender, content),
        event -> table.endListening(transaction, tenant, room, user, event.position()));
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

  private EventReceipt record(Handle transaction, Event draft, Placement placement) {
    EventReceipt receipt = new EventReceipt();
    Database.beforeCommit(
        transaction,
        last -> {
          Event event = table.insert(last, draft);
          placement.placed(event);
          receipt.placed(event);
        });
    transaction.afterCommit(() -> feed.committed(draft.tenant()));
    return receipt;
  }

  /// What else is to be written once the position is known.
  @FunctionalInterface
  private interface Placement {
    void placed(Event event);
  }
}
