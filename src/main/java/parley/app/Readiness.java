package parley.app;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.health.SingleFlight;

/// Whether the node can work, as its parts say, all asked at once. A part that does not answer in
/// time is out of order; however often it is asked, it is asked once at a time.
final class Readiness {
  private static final Logger LOG = LoggerFactory.getLogger(Readiness.class);

  /// An orchestrator gives a probe a second or a few.
  private static final Duration DEADLINE = Duration.ofMillis(1_800);

  /// How the node is.
  ///
  /// @param checks by the name of a part, how it is in words
  record Answer(boolean ready, Map<String, String> checks) {}

  private final List<Check> checks;

  /// @param parts by the name of a part; each answers how the part is and throws when the node
  ///   cannot work without it
  Readiness(Map<String, Supplier<String>> parts) {
    this.checks =
        parts.entrySet().stream()
            .map(part ->
                new Check(
                    part.getKey(),
                    new SingleFlight<>("readiness-of-" + part.getKey(), part.getValue())))
            .toList();
  }

  Answer ask() {
    long deadline = System.nanoTime() + DEADLINE.toNanos();
    List<CompletableFuture<String>> answers =
        checks.stream().map(check -> check.part.run()).toList();
    Map<String, String> states = new LinkedHashMap<>();
    boolean ready = true;
    for (int i = 0; i < checks.size(); i++) {
      String name = checks.get(i).name;
      try {
        long left = Math.max(0, deadline - System.nanoTime());
        states.put(name, answers.get(i).get(left, TimeUnit.NANOSECONDS));
      } catch (TimeoutException late) {
        ready = false;
        states.put(name, "failed: it does not answer");
      } catch (ExecutionException failed) {
        ready = false;
        states.put(
            name, checks.get(i).told(failed.getCause() == null ? failed : failed.getCause()));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        ready = false;
        states.put(name, "not asked");
      }
    }
    return new Answer(ready, states);
  }

  private record Check(String name, SingleFlight<String> part) {
    String told(Throwable failure) {
      if (failure instanceof NotReady known) {
        return "failed: " + known.getMessage();
      }
      LOG.warn("the {} is not ready: {}", name, failure.toString());
      return "failed";
    }
  }
}
