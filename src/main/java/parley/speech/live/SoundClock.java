package parley.speech.live;

import java.util.ArrayDeque;
import java.util.Deque;

/// When which part of the sound came: how far a caption is behind it, and how far the sound is
/// ahead of the clock. For any thread.
final class SoundClock {
  /// A sender that is this far ahead of the clock is playing a file.
  private static final double AHEAD_SECONDS = 3;

  /// Finer than anybody can see.
  private static final double STEP_SECONDS = 0.05;

  /// Five minutes, more than ever waits for its captions.
  private static final int MAX_ARRIVALS = 6000;

  private record Arrival(double seconds, long nanos) {}

  private final Deque<Arrival> arrivals = new ArrayDeque<>();
  private final long began = System.nanoTime();
  private double last;
  private long lastNanos;

  /// Whether the sender is playing a file, which nobody follows word by word.
  synchronized boolean isAhead() {
    return last > (System.nanoTime() - began) / 1e9 + AHEAD_SECONDS;
  }

  /// Notes that the sound up to `seconds` is here now.
  synchronized void reached(double seconds) {
    long nanos = System.nanoTime();
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
  /// forward: what lies more than a minute before is forgotten.
  synchronized long millisSince(double seconds) {
    long nanos = System.nanoTime();
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
