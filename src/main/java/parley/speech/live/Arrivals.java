package parley.speech.live;

import java.util.ArrayDeque;
import java.util.Deque;

/// When which part of the sound came, to tell how far behind a caption is. For any thread.
final class Arrivals {
  /// As exact as anybody can see.
  private static final double STEP_SECONDS = 0.05;

  /// More sound than ever waits for its text: five minutes.
  private static final int MAX_ARRIVALS = 6000;

  private record Arrival(double seconds, long nanos) {}

  private final Deque<Arrival> arrivals = new ArrayDeque<>();
  private double last;
  private long lastNanos;

  /// Notes that the sound up to `seconds` is here now.
  synchronized void reached(double seconds, long nanos) {
    if (arrivals.isEmpty() || seconds - arrivals.getLast().seconds() >= STEP_SECONDS) {
      arrivals.add(new Arrival(seconds, nanos));
      if (arrivals.size() > MAX_ARRIVALS) {
        arrivals.removeFirst();
      }
    }
    last = seconds;
    lastNanos = nanos;
  }

  /// Milliseconds since the sound at `seconds` came; 0 for what is yet to come. Captions go
  /// forward: what lies before is forgotten.
  synchronized long millisSince(double seconds, long nanos) {
    while (arrivals.size() > 1 && arrivals.getFirst().seconds() < seconds - 60) {
      arrivals.removeFirst();
    }
    for (Arrival arrival : arrivals) {
      if (arrival.seconds() >= seconds) {
        return Math.max(0, (nanos - arrival.nanos()) / 1_000_000);
      }
    }
    return last >= seconds ? Math.max(0, (nanos - lastNanos) / 1_000_000) : 0;
  }
}
