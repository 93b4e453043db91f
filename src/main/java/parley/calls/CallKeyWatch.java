package parley.calls;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import parley.auth.KeyId;
import parley.auth.KeyValidator;
import parley.background.PeriodicWork;
import parley.calls.CallParticipantTable.Admitted;
import parley.db.Database;

/// Removes participants from calls when the API key with which they joined is revoked or expires.
/// They may rejoin with another key.
///
/// Every node polls, so that a lost signal leaves nobody in a call.
public final class CallKeyWatch implements AutoCloseable {
  /// Same interval as the keys of streams.
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  private static final String NAME = "call-keys";

  private final Database database;
  private final CallChanges changes;
  private final KeyValidator keys;
  private final PeriodicWork periodicWork = new PeriodicWork();

  public CallKeyWatch(Database database, CallChanges changes, KeyValidator keys) {
    this.database = database;
    this.changes = changes;
    this.keys = keys;
  }

  /// Starts polling.
  public void start() {
    periodicWork.every(INTERVAL, NAME, this::check);
  }

  @Override
  public void close() {
    periodicWork.close();
  }

  private void check() {
    Set<KeyId> ended = new HashSet<>(database.inTransaction(CallParticipantTable::keysInUse));
    if (!ended.isEmpty()) {
      ended.removeAll(keys.valid(ended));
    }
    if (!ended.isEmpty()) {
      List<Admitted> admitted =
          database.inTransaction(
              transaction -> CallParticipantTable.admittedBy(transaction, ended));
      admitted.forEach(one ->
          PeriodicWork.safely(
              NAME, () -> database.useTransaction(transaction -> remove(transaction, one, ended))));
    }
  }

  private void remove(Handle transaction, Admitted one, Set<KeyId> ended) {
    CallTable.lock(transaction, one.call())
        // They may have rejoined with another key in the meantime.
        .filter(call -> CallParticipantTable.admittedBy(transaction, ended).contains(one))
        .ifPresent(call ->
            changes.apply(
                transaction, call, new CallInput.Leave(one.user(), changes.clock().instant())));
  }
}
