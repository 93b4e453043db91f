package parley.events;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import parley.db.Database;
import parley.events.PositionTable.Extent;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.tenants.RoomId;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// Reads past events, as far as a user may read them.
public final class EventReader {
  /// When a thousand clients reconnect at once, others still get a database connection.
  private static final int MAX_READS = 3;

  /// A day of positions, which are microseconds.
  private static final long DAY = Duration.ofDays(1).toNanos() / 1000;

  private final Database database;
  private final EventTable table = new EventTable();
  private final PositionTable positions = new PositionTable();
  private final Semaphore permits = new Semaphore(MAX_READS, true);

  public EventReader(Database database) {
    this.database = database;
  }

  /// Where a user without a position begins: before the oldest event that is kept.
  public long oldest(TenantId tenant) {
    return reading(transaction -> positions.extent(transaction, tenant).pruned());
  }

  /// The position of the newest event that the user may read; it reveals nothing of what others do.
  public long newest(TenantId tenant, UserId user) {
    return reading(transaction ->
        Math.max(
            table.lastVisibleTo(transaction, tenant, user),
            positions.extent(transaction, tenant).pruned()));
  }

  /// Throws EVENTS_GONE when events after `since` have been removed, and BAD_REQUEST when no event
  /// can have such a position yet.
  public void check(TenantId tenant, long since) {
    reading(transaction -> checked(transaction, tenant, since));
  }

  /// The user's next events after `since`, in order; throws as [#check].
  public EventPage page(TenantId tenant, UserId user, long since, int max) {
    return page(tenant, user, since, Long.MAX_VALUE, max);
  }

  /// As above, with nothing after `upTo`.
  EventPage page(TenantId tenant, UserId user, long since, long upTo, int max) {
    return reading(transaction -> {
      // What is committed from now on is left to the next page, so that no event is skipped.
      long last = Math.min(upTo, checked(transaction, tenant, since).last());
      List<Event> found = table.visibleTo(transaction, tenant, user, since, last, max + 1);
      if (found.size() <= max && !EventTable.fillAPage(found)) {
        long read = found.isEmpty() ? since : found.getLast().position();
        // Whoever receives nothing for long must not fall behind what is kept. Rounded to a day,
        // the
        // position reveals nothing of others.
        return new EventPage(found, Math.max(read, last - Math.floorMod(last, DAY)), false);
      }
      List<Event> page = found.subList(0, Math.min(max, found.size()));
      return new EventPage(page, page.getLast().position(), true);
    });
  }

  /// The messages of a room before a position, newest first, from while the user was a member. The
  /// caller has checked that they are one now.
  public EventPage messages(
      Handle transaction, TenantId tenant, RoomId room, UserId user, long before, int max) {
    List<Event> found = table.messages(transaction, tenant, room, user, before, max + 1);
    List<Event> page = found.subList(0, Math.min(max, found.size()));
    boolean more = found.size() > max || EventTable.fillAPage(found);
    return new EventPage(page, page.isEmpty() ? before : page.getLast().position(), more);
  }

  /// How many [#messages] there are in all; counts at most one beyond `max`.
  public long countMessages(
      Handle transaction, TenantId tenant, RoomId room, UserId user, int max) {
    return table.countMessages(transaction, tenant, room, user, max);
  }

  private Extent checked(Handle transaction, TenantId tenant, long since) {
    Extent extent = positions.extent(transaction, tenant);
    if (since < extent.pruned()) {
      throw new Problem(
              ProblemCode.EVENTS_GONE,
              "Events behind " + since + " are not kept any more; begin anew without 'since'.")
          .at("since");
    }
    // The position of the tenant's last event is not for everybody to find out.
    if (since > extent.last() && since > positions.now(transaction)) {
      throw new Problem(ProblemCode.BAD_REQUEST, "'since' is ahead of all events.").at("since");
    }
    return extent;
  }

  private <T> T reading(Function<Handle, T> work) {
    permits.acquireUninterruptibly();
    try {
      return database.inTransaction(work);
    } finally {
      permits.release();
    }
  }
}
