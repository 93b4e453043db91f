package parley.calls;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import parley.auth.KeyId;
import parley.auth.KeyValidator;
import parley.background.PeriodicWork;
import parley.db.Database;

/// Takes those out of their calls whose API key was revoked or has expired since it let them in, as
/// it ends their streams. Whoever has another key joins again with that one.
///
/// Every node looks by itself, so that no lost signal leaves anybody in.
public final class CallKeyWatch implements AutoCloseable {
  /// As often as streams are looked at.
  private static final Duration EVERY = Duration.ofSeconds(1);

  private final Database database;
  private final CallTable table = new CallTable();
  private final CallChanges changes;
  private final KeyValidator keys;
  private final PeriodicWork periodicWork = new PeriodicWork();

  public CallKeyWatch(Database database, CallChanges changes, KeyValidator keys) {
    this.database = database;
    this.changes = changes;
    this.keys = keys;
  }

  /// Begins to look.
  public void start() {
    periodicWork.every(EVERY, "call-keys", this::look);
  }

  @Override
  public void close() {
    periodicWork.close();
  }

  private void look() {
    Set<KeyId> gone = new HashSet<>(database.inTransaction(table::keysInUse));
    if (gone.isEmpty()) {
      return;
    }
    gone.removeAll(keys.valid(gone));
    if (gone.isEmpty()) {
      return;
    }
    List<CallTable.Admitted> admitted =
        database.inTransaction(transaction -> table.admittedWith(transaction, gone));
    admitted.forEach(one ->
        PeriodicWork.safely(
            "call-keys",
            () -> database.useTransaction(transaction -> sendAway(transaction, one, gone))));
  }

  private void sendAway(Handle transaction, CallTable.Admitted one, Set<KeyId> gone) {
    Instant now = changes.clock().instant();
    table
        .lock(transaction, one.call().tenant(), one.call().id())
        // They may have come back with another key meanwhile.
        .filter(call -> table.admittedWith(transaction, gone).contains(one))
        .ifPresent(call -> changes.apply(transaction, call, new CallInput.Leave(one.user(), now)));
  }
}
