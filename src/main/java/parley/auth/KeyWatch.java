package parley.auth;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import parley.background.PeriodicWork;
import parley.db.Signals;
import parley.problem.Problem;
import parley.problem.ProblemCode;

/// Ends streams, uploads and other long-lived uses of an API key or token when it is revoked, on
/// any node, or expires.
///
/// A signal announces a revoked key at once. In addition, the keys in use are checked every second,
/// in case a signal was lost and for keys that expire.
public final class KeyWatch implements AutoCloseable {
  private static final Duration CHECK_INTERVAL = Duration.ofSeconds(1);

  private final KeyValidator keys;
  private final Clock clock;
  private final Set<Use> uses = ConcurrentHashMap.newKeySet();
  private final PeriodicWork periodicWork = new PeriodicWork();

  public KeyWatch(KeyValidator keys, Clock clock) {
    this.keys = keys;
    this.clock = clock;
  }

  /// Starts to check the keys in use.
  ///
  /// @param signals must be started after this
  public void start(Signals signals) {
    signals.listen(ApiKeys.REVOKED, key -> KeyId.parse(key).ifPresent(id -> end(Set.of(id))));
    periodicWork.every(CHECK_INTERVAL, "keys-in-use", this::endExpired);
  }

  @Override
  public void close() {
    periodicWork.close();
  }

  /// Watches a use of the caller's key; the caller closes it.
  public Use watch(Caller caller) {
    Use use = new Use(caller);
    uses.add(use);
    return use;
  }

  /// A long-lived use of a key or token.
  public final class Use implements AutoCloseable {
    private final Caller caller;
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile @Nullable Runnable atEnd;

    private Use(Caller caller) {
      this.caller = caller;
    }

    /// Registers an action that runs once when the key ends, or immediately if it has already
    /// ended. The action must not block.
    public void atEnd(Runnable end) {
      atEnd = end;
      if (over.get()) {
        end.run();
      }
    }

    /// Throws TOKEN_INVALID if the key is known to have ended. Cheap.
    public void require() {
      if (over.get()) {
        throw invalid();
      }
    }

    /// Like [#require] with a query of the database, for the end of a long upload.
    public void requireNow() {
      require();
      if (!ended(List.of(this)).isEmpty()) {
        end();
        throw invalid();
      }
    }

    @Override
    public void close() {
      uses.remove(this);
    }

    private void end() {
      if (over.compareAndSet(false, true)) {
        uses.remove(this);
        Runnable end = atEnd;
        if (end != null) {
          end.run();
        }
      }
    }

    private static Problem invalid() {
      return new Problem(ProblemCode.TOKEN_INVALID, "The token is no longer valid.");
    }
  }

  private void endExpired() {
    ended(uses).forEach(Use::end);
  }

  private List<Use> ended(Collection<Use> uses) {
    List<Use> checked = List.copyOf(uses);
    Instant now = clock.instant();
    Set<KeyId> apiKeys =
        checked.stream()
            .filter(use -> use.caller.issuedUntil() == null)
            .map(use -> use.caller.key())
            .collect(Collectors.toSet());
    Set<KeyId> valid = apiKeys.isEmpty() ? apiKeys : keys.valid(apiKeys);
    return checked.stream()
        .filter(use -> {
          Instant until = use.caller.issuedUntil();
          return until == null ? !valid.contains(use.caller.key()) : !now.isBefore(until);
        })
        .toList();
  }

  private void end(Set<KeyId> revoked) {
    for (Use use : uses) {
      if (revoked.contains(use.caller.key())) {
        use.end();
      }
    }
  }
}
