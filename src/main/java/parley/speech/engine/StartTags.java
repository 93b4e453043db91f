package parley.speech.engine;

import java.util.HashMap;
import java.util.Map;

/// Numbers work so that its owners take turns: an owner's next unit of work comes after the owner's
/// last one, but not before what is being served. (Start-time fair queueing, Goyal, Vin and Cheng
/// 1996, with every unit of work counted as one.) Thread-safe.
final class StartTags {
  private final Map<String, Long> last = new HashMap<>();
  private long served;

  /// Returns the start tag of the owner's next unit of work; the lowest is served first.
  synchronized long next(String owner) {
    long tag = Math.max(served, last.getOrDefault(owner, served) + 1);
    // An owner without waiting work begins anew like everybody else.
    last.values().removeIf(other -> other < served);
    last.put(owner, tag);
    return tag;
  }

  /// Says that work with this start tag begins.
  synchronized void begun(long tag) {
    served = Math.max(served, tag);
  }
}
