package parley.events;

import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import parley.db.Database;
import parley.events.PositionTable.Extent;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.tenants.RoomId;
import parley.tenants.TenantId;
import parley.tenants.TenantTurns;
import parley.tenants.UserId;

/// Reads past events that a user may read.
public final class EventReader {
  /// Leaves database connections to others when a thousand clients reconnect at once.
  private static final int MAX_READS = 3;

  private static final int MAX_READS_OF_TENANT = 2;

  /// A day as a difference of positions, which are microseconds.
  private static final long DAY = Duration.ofDays(1).toNanos() / 1000;

  private final Database database;
  private final TenantTurns turns = new TenantTurns(MAX_READS, MAX_READS_OF_TENANT);

  public EventReader(Database database) {
    this.database = database;
  }

  /// The position of the newest event that the user may read. Reveals nothing about others' events.
  public long newest(TenantId tenant, UserId user) {
    return reading(
        tenant,
        transaction ->
            Math.max(
                EventTable.lastVisibleTo(transaction, tenant, user),
                PositionTable.extent(transaction, tenant).pruned()));
  }

  /// Throws EVENTS_GONE when events after `since` have been deleted, and BAD_REQUEST when `since`
  /// lies in the future.
  public void check(TenantId tenant, long since) {
    reading(tenant, transaction -> checked(transaction, tenant, since));
  }

  /// The user's oldest retained events, in order; for users without a position.
  EventPage first(TenantId tenant, UserId user, int max) {
    return reading(
        tenant,
        transaction -> {
          Extent extent = PositionTable.extent(transaction, tenant);
          return page(transaction, tenant, user, extent.pruned(), extent.last(), max);
        });
  }

  /// The user's next events after `since`, in order. Throws as [#check].
  public EventPage page(TenantId tenant, UserId user, long since, int max) {
    return page(tenant, user, since, Long.MAX_VALUE, max);
  }

  /// As above, without events after `upTo`.
  EventPage page(TenantId tenant, UserId user, long since, long upTo, int max) {
    return reading(
        tenant,
        transaction -> {
          // Events committed from now on are left to the next page, so that none is skipped.
          long last = Math.min(upTo, checked(transaction, tenant, since).last());
          EventPage page = page(transaction, tenant, user, since, last, max);
          // Again, because events may have been deleted between the two queries.
          requireKept(PositionTable.extent(transaction, tenant), since);
          return page;
        });
  }

  private static EventPage page(
      Handle transaction, TenantId tenant, UserId user, long since, long last, int max) {
    List<Event> found = EventTable.visibleTo(transaction, tenant, user, since, last, max + 1);
    if (found.size() <= max && !EventTable.fillAPage(found)) {
      long read = found.isEmpty() ? since : found.getLast().position();
      // Advances users who receive no events, so that they do not fall behind the retention.
      // Rounded to a day, the position reveals nothing about others' events.
      return new EventPage(found, Math.max(read, last - Math.floorMod(last, DAY)), false);
    }
    List<Event> page = found.subList(0, Math.min(max, found.size()));
    return new EventPage(page, page.getLast().position(), true);
  }

  /// The messages of a room before a position, newest first, that were sent while the user was a
  /// member. The caller has verified that they are a member now.
  public EventPage messages(
      Handle transaction, TenantId tenant, RoomId room, UserId user, long before, int max) {
    List<Event> found = EventTable.messages(transaction, tenant, room, user, before, max + 1);
    List<Event> page = found.subList(0, Math.min(max, found.size()));
    boolean more = found.size() > max || EventTable.fillAPage(found);
    return new EventPage(page, page.isEmpty() ? before : page.getLast().position(), more);
  }

  /// The number of all [#messages]; counts at most one more than `max`.
  public long countMessages(
      Handle transaction, TenantId tenant, RoomId room, UserId user, int max) {
    return EventTable.countMessages(transaction, tenant, room, user, max);
  }

  private Extent checked(Handle transaction, TenantId tenant, long since) {
    Extent extent = PositionTable.extent(transaction, tenant);
    requireKept(extent, since);
    // Compared with the time, because the tenant's last position must not be revealed.
    if (since > extent.last() && since > PositionTable.now(transaction)) {
      throw Problem.badRequest("since", "lies in the future");
    }
    return extent;
  }

  private static void requireKept(Extent extent, long since) {
    if (since < extent.pruned()) {
      throw new Problem(
              ProblemCode.EVENTS_GONE,
              "Events after " + since + " have been deleted; start over without 'since'.")
          .at("since");
    }
  }

  private <T> T reading(TenantId tenant, Function<Handle, T> work) {
    turns.begin(tenant);
    try {
      return database.inTransaction(work);
    } finally {
      turns.end(tenant);
    }
  }
}
