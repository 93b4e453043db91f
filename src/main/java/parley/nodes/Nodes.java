package parley.nodes;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.IntSupplier;
import parley.background.PeriodicWork;
import parley.db.Database;

/// Says that this node runs, and knows which others do. A node that stops says so; one that crashed
/// is missing after a while. The creator closes it.
public final class Nodes implements AutoCloseable {
  private static final Duration INTERVAL = Duration.ofSeconds(10);

  /// After three missed intervals a node is taken for crashed.
  private static final Duration MAX_SILENCE = INTERVAL.multipliedBy(3);

  private final Database database;
  private final Clock clock;
  private final String name;
  private final List<String> roles;
  private final IntSupplier liveStreams;
  private final Instant startedAt;
  private final PeriodicWork periodicWork = new PeriodicWork();

  /// @param name this node's
  /// @param liveStreams how many run here
  public Nodes(
      Database database, Clock clock, String name, List<String> roles, IntSupplier liveStreams) {
    this.database = database;
    this.clock = clock;
    this.name = name;
    this.roles = List.copyOf(roles);
    this.liveStreams = liveStreams;
    this.startedAt = clock.instant();
  }

  public void start() {
    periodicWork.every(INTERVAL, "node presence", this::report);
  }

  /// The nodes that run, the oldest first.
  public List<Node> running() {
    return database.inTransaction(
        transaction -> NodeTable.seenSince(transaction, clock.instant().minus(MAX_SILENCE)));
  }

  private void report() {
    Instant now = clock.instant();
    database.useTransaction(transaction -> {
      NodeTable.put(transaction, new Node(name, roles, liveStreams.getAsInt(), startedAt, now));
      NodeTable.deleteSeenBefore(transaction, now.minus(MAX_SILENCE));
    });
  }

  @Override
  public void close() {
    periodicWork.close();
    PeriodicWork.safely(
        "node presence",
        () -> database.useTransaction(transaction -> NodeTable.delete(transaction, name)));
  }
}
