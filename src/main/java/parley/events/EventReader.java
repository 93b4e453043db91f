package parley.events;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import parley.db.Database;
import parley.events.EventTable.Extent;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.tenants.RoomId;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// Reading events that have happened, as far as a user may.
public final class EventReader {
  /// When a thousand listeners come back at once, others still get a connection.
  private static final int AT_ONCE = 3;

  /// A day of positions, which are microseconds.
  private static final long DAY = Duration.ofDays(1).toNanos() / 1000;

  private final Database database;
  private final EventTable table = new EventTable();
  private final Semaphore turns = new Semaphore(AT_ONCE, true);

  public EventReader(Database database) {
    this.database = database;
  }

  /// Where a user who tells nothing begins: before the oldest event that is kept.
  public long oldest(TenantId tenant) {
    return reading(transaction -> table.extent(transaction, tenant).pruned());
  }

  /// The position of the newest event that the user hears: nothing of what others do.
  public long newest(TenantId tenant, UserId user) {
    return reading(transaction ->
        Math.max(
            table.lastHeardBy(transaction, tenant, user),
            table.extent(transaction, tenant).pruned()));
  }

  /// Throws EVENTS_GONE when there were events behind `since` that are not kept any more, and
  /// BAD_REQUEST when no event can have such a position yet.
  public void check(TenantId tenant, long since) {
    reading(transaction -> checked(transaction, tenant, since));
  }

  /// The user's next events behind `since`, in order; see [#check] for what is refused.
  public EventPage page(TenantId tenant, UserId user, long since, int most) {
    return page(tenant, user, since, Long.MAX_VALUE, most);
  }

  /// As above, with nothing behind `upTo`.
  EventPage page(TenantId tenant, UserId user, long since, long upTo, int most) {
    return reading(transaction -> {
      // What is committed after this look is left to the next page, so that none is passed over.
      long last = Math.min(upTo, checked(transaction, tenant, since).last());
      List<Event> found = table.heardBy(transaction, tenant, user, since, last, most + 1);
      if (found.size() <= most && !EventTable.fillAPage(found)) {
        long heard = found.isEmpty() ? since : found.getLast().position();
        // Who hears nothing for long must not fall behind what is kept; a day tells nothing of
        // others.
        return new EventPage(found, Math.max(heard, last - Math.floorMod(last, DAY)), false);
      }
      List<Event> page = found.subList(0, Math.min(most, found.size()));
      return new EventPage(page, page.getLast().position(), true);
    });
  }

  /// The messages of a room before a position, newest first, of the time in which the user was a
  /// member. Whether they are one now is for the caller to know.
  public EventPage messages(
      Handle transaction, TenantId tenant, RoomId room, UserId user, long before, int most) {
    List<Event> found = table.messages(transaction, tenant, room, user, before, most + 1);
    List<Event> page = found.subList(0, Math.min(most, found.size()));
    boolean more = found.size() > most || EventTable.fillAPage(found);
    return new EventPage(page, page.isEmpty() ? before : page.getLast().position(), more);
  }

  /// How many [#messages] there are in all; counts no further than a little beyond `most`.
  public long countMessages(
      Handle transaction, TenantId tenant, RoomId room, UserId user, int most) {
    return table.countMessages(transaction, tenant, room, user, most);
  }

  private Extent checked(Handle transaction, TenantId tenant, long since) {
    Extent extent = table.extent(transaction, tenant);
    if (since < extent.pruned()) {
      throw new Problem(
              ProblemCode.EVENTS_GONE,
              "Events behind " + since + " are not kept any more; begin anew without 'since'.")
          .at("since");
    }
    // Where the tenant's last event is, is not for everybody to find out.
    if (since > extent.last() && since > table.now(transaction)) {
      throw new Problem(ProblemCode.BAD_REQUEST, "'since' is ahead of all events.").at("since");
    }
    return extent;
  }

  private <T> T reading(Function<Handle, T> work) {
    turns.acquireUninterruptibly();
    try {
      return database.inTransaction(work);
    } finally {
      turns.release();
    }
  }
}
