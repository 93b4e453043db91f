package parley.web;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import parley.auth.Caller;
import parley.problem.Problem;
import parley.problem.ProblemCode;

/// Limits a resource of the process, such as memory, in total, per tenant and per key, so that no
/// tenant or key can use it up. Users reserve the resource before they use it.
///
/// Thread-safe. Keeps an entry only for those that have reserved something.
final class ResourceLimiter {
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final String what;
  private final long limit;
  private final long limitPerHolder;
  private final long limitPerGroup;
  private final Map<Object, Long> reserved = new HashMap<>();
  private long total;

  /// Who reserves: an API key and its tenant, or an anonymous client's address and the group of all
  /// anonymous clients.
  record Owner(Object holder, Object group) {
    private static final Object ANONYMOUS = "anonymous";

    static Owner of(Caller caller) {
      return new Owner(caller.key(), caller.tenant());
    }

    static Owner anonymous(Object address) {
      return new Owner(address, ANONYMOUS);
    }
  }

  /// @param what names the resource in error messages, as in "too many WebSockets"
  /// @param holderPercent the maximum share of a key or an anonymous address
  /// @param groupPercent the maximum share of a tenant or of all anonymous clients
  ResourceLimiter(String what, long limit, int holderPercent, int groupPercent) {
    this.what = what;
    this.limit = limit;
    this.limitPerHolder = limit * holderPercent / 100;
    this.limitPerGroup = limit * groupPercent / 100;
  }

  /// Opens an empty reservation; the caller closes it.
  Reservation open(Owner owner) {
    return new Reservation(owner);
  }

  /// What an owner has reserved for one purpose.
  final class Reservation implements AutoCloseable {
    private final Owner owner;
    private long amount;

    private Reservation(Owner owner) {
      this.owner = owner;
    }

    /// Reserves more.
    ///
    /// @throws Problem RATE_LIMITED when the limit of the key, address or tenant is reached,
    ///   UNAVAILABLE when the total is
    void reserve(long more) {
      synchronized (ResourceLimiter.this) {
        if (!tryReserve(more)) {
          throw (isWithinOwnLimits(more)
                  ? new Problem(
                      ProblemCode.UNAVAILABLE, "There are too many " + what + "; try again soon.")
                  : new Problem(
                      ProblemCode.RATE_LIMITED, "You have too many " + what + "; try again soon."))
              .retryAfter(RETRY_AFTER);
        }
      }
    }

    /// Like [#reserve], but never more than a third of what a key or address may have.
    void reserveAtMostThird(long more) {
      reserve(Math.min(more, limitPerHolder / 3));
    }

    /// Like [#reserve], but returns false instead of throwing.
    boolean tryReserve(long more) {
      synchronized (ResourceLimiter.this) {
        boolean available = isWithinOwnLimits(more) && total + more <= limit;
        if (available) {
          add(more);
        }
        return available;
      }
    }

    private boolean isWithinOwnLimits(long more) {
      return of(owner.holder) + more <= limitPerHolder && of(owner.group) + more <= limitPerGroup;
    }

    /// Releases this much, or all if less is reserved.
    void release(long less) {
      synchronized (ResourceLimiter.this) {
        add(-Math.min(less, amount));
      }
    }

    /// Releases everything. Idempotent.
    @Override
    public void close() {
      release(Long.MAX_VALUE);
    }

    private void add(long more) {
      if (more != 0) {
        amount += more;
        total += more;
        change(owner.holder, more);
        change(owner.group, more);
      }
    }
  }

  /// What all owners together have reserved.
  synchronized long reserved() {
    return total;
  }

  private long of(Object who) {
    return reserved.getOrDefault(who, 0L);
  }

  private void change(Object who, long more) {
    reserved.merge(who, more, (one, other) -> one + other == 0 ? null : one + other);
  }
}
