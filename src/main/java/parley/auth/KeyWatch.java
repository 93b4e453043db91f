package parley.auth;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import parley.background.PeriodicWork;
import parley.db.Signals;
import parley.problem.Problem;
import parley.problem.ProblemCode;

/// Looks at rights while they are used: whatever lasts longer than a moment ends when the key or
/// token ends by which it was begun, on whatever node the key is revoked.
///
/// A revoked key is told by a signal, at once. Once a second the keys in use are looked at, for
/// what a lost signal would have told and for those that expire.
public final class KeyWatch implements AutoCloseable {
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  private final KeyValidator keys;
  private final Clock clock;
  private final Set<Use> uses = ConcurrentHashMap.newKeySet();
  private final PeriodicWork periodicWork = new PeriodicWork();

  public KeyWatch(KeyValidator keys, Clock clock) {
    this.keys = keys;
    this.clock = clock;
  }

  /// Begins to look.
  ///
  /// @param signals which are started after this
  public void start(Signals signals) {
    signals.listen(ApiKeys.REVOKED, key -> KeyId.parse(key).ifPresent(id -> end(Set.of(id))));
    periodicWork.every(LOOK_EVERY, "keys-in-use", this::look);
  }

  @Override
  public void close() {
    periodicWork.close();
  }

  /// Watches over a use of the caller's key until it is closed.
  public Use watch(Caller caller) {
    Use use = new Use(caller);
    uses.add(use);
    return use;
  }

  /// Something that was begun with a key and goes on.
  public final class Use implements AutoCloseable {
    private final Caller caller;
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile @Nullable Runnable atEnd;

    private Use(Caller caller) {
      this.caller = caller;
    }

    /// Has this called, once and soon, when the key ends; also when it has ended already. Must not
    /// block.
    public void atEnd(Runnable end) {
      atEnd = end;
      if (over.get()) {
        end.run();
      }
    }

    /// Throws the problem TOKEN_INVALID when the key is known to have ended. Costs nothing.
    public void require() {
      if (over.get()) {
        throw ended();
      }
    }

    /// As [#require], and asks: before something is done that took long to arrive.
    public void requireNow() {
      require();
      if (overAmong(Set.of(this)).contains(this)) {
        end();
        throw ended();
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

    private static Problem ended() {
      return new Problem(ProblemCode.TOKEN_INVALID, "The token is not valid any more.");
    }
  }

  private void look() {
    overAmong(uses).forEach(Use::end);
  }

  private Set<Use> overAmong(Set<Use> asked) {
    Set<Use> ended = new HashSet<>();
    Set<KeyId> used = new HashSet<>();
    Instant now = clock.instant();
    for (Use use : asked) {
      Instant until = use.caller.issuedUntil();
      if (until == null) {
        used.add(use.caller.key());
      } else if (!now.isBefore(until)) {
        ended.add(use);
      }
    }
    if (!used.isEmpty()) {
      Set<KeyId> valid = keys.valid(used);
      for (Use use : asked) {
        if (use.caller.issuedUntil() == null
            && used.contains(use.caller.key())
            && !valid.contains(use.caller.key())) {
          ended.add(use);
        }
      }
    }
    return ended;
  }

  private void end(Set<KeyId> revoked) {
    for (Use use : uses) {
      if (revoked.contains(use.caller.key())) {
        use.end();
      }
    }
  }
}
