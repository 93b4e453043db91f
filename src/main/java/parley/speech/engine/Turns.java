package parley.speech.engine;

import java.util.HashMap;
import java.util.Map;

/// Numbers work so that its owners take turns: an owner's next turn comes after his last one, but
/// not before what is being served. (Start-time fair queueing, Goyal, Vin and Cheng 1996, with
/// every unit of work counted as one.) Thread-safe.
final class Turns {
  private final Map<String, Long> last = new HashMap<>();
  private long served;

  /// Returns the number of the owner's next turn; the lowest is served first.
  synchronized long next(String owner) {
    long turn = Math.max(served, last.getOrDefault(owner, served) + 1);
    // Who has had his turns begins anew like everybody else.
    last.values().removeIf(number -> number < served);
    last.put(owner, turn);
    return turn;
  }

  /// Says that work with this turn begins.
  synchronized void begun(long turn) {
    served = Math.max(served, turn);
  }
}
