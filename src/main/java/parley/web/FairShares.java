package parley.web;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import parley.auth.Caller;
import parley.problem.Problem;
import parley.problem.ProblemCode;

/// A limited resource of the process, such as memory: users reserve it before they use it, and none
/// gets so much that others get nothing.
///
/// Thread-safe. Its own memory is bounded by what is reserved.
final class FairShares {
  private static final Duration OFTEN_FREE_IN = Duration.ofSeconds(1);

  private final String what;
  private final long all;
  private final long ofHolder;
  private final long ofGroup;
  private final Map<Object, Long> taken = new HashMap<>();
  private long sum;

  /// Who takes: a caller's key and tenant, or a stranger's address and all strangers.
  record Owner(Object holder, Object group) {
    private static final Object STRANGERS = "strangers";

    static Owner of(Caller caller) {
      return new Owner(caller.key(), caller.tenant());
    }

    static Owner stranger(Object address) {
      return new Owner(address, STRANGERS);
    }
  }

  /// @param what for the refusal, as in "bytes that wait in memory"
  /// @param all how much there is
  /// @param holderPercent how much of it one key, or one address without a key, may have
  /// @param groupPercent how much of it one tenant, or all without a key, may have
  FairShares(String what, long all, int holderPercent, int groupPercent) {
    this.what = what;
    this.all = all;
    this.ofHolder = all * holderPercent / 100;
    this.ofGroup = all * groupPercent / 100;
  }

  /// A share of nothing yet; the caller closes it.
  Share open(Owner owner) {
    return new Share(owner);
  }

  /// What one owner has taken for one purpose.
  final class Share implements AutoCloseable {
    private final Owner owner;
    private long amount;

    private Share(Owner owner) {
      this.owner = owner;
    }

    /// Takes more. Throws RATE_LIMITED when the key, the address or the tenant has too much,
    /// UNAVAILABLE when all have together.
    void take(long more) {
      synchronized (FairShares.this) {
        if (!tryTake(more)) {
          throw (isWithinItsOwn(more)
                  ? new Problem(
                      ProblemCode.UNAVAILABLE, "There are too many " + what + "; try again soon.")
                  : new Problem(
                      ProblemCode.RATE_LIMITED, "You have too many " + what + "; try again soon."))
              .retryAfter(OFTEN_FREE_IN);
        }
      }
    }

    /// As [#take], but says whether it could.
    boolean tryTake(long more) {
      synchronized (FairShares.this) {
        boolean free = isWithinItsOwn(more) && sum + more <= all;
        if (free) {
          add(more);
        }
        return free;
      }
    }

    private boolean isWithinItsOwn(long more) {
      return of(owner.holder) + more <= ofHolder && of(owner.group) + more <= ofGroup;
    }

    /// Gives back this much.
    void giveBack(long less) {
      synchronized (FairShares.this) {
        add(-Math.min(less, amount));
      }
    }

    /// Gives all of it back; may be called again.
    @Override
    public void close() {
      giveBack(Long.MAX_VALUE);
    }

    private void add(long more) {
      if (more != 0) {
        amount += more;
        sum += more;
        change(owner.holder, more);
        change(owner.group, more);
      }
    }
  }

  /// How much is taken, by all.
  synchronized long taken() {
    return sum;
  }

  private long of(Object who) {
    return taken.getOrDefault(who, 0L);
  }

  private void change(Object who, long more) {
    long now = of(who) + more;
    if (now == 0) {
      taken.remove(who);
    } else {
      taken.put(who, now);
    }
  }
}
