package parley.health;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A question that takes time and is put once at a time: its answer is for all who ask meanwhile,
/// however many they are.
///
/// @param <T> the answer
public final class SingleFlight<T> {
  private final String name;
  private final Supplier<T> question;
  private @Nullable CompletableFuture<T> underWay;

  /// @param name of the thread that puts it
  public SingleFlight(String name, Supplier<T> question) {
    this.name = name;
    this.question = question;
  }

  /// The answer that is under way, or else a new one.
  public synchronized CompletableFuture<T> run() {
    CompletableFuture<T> answer = underWay;
    if (answer == null || answer.isDone()) {
      answer =
          CompletableFuture.supplyAsync(
              question, asking -> Thread.ofVirtual().name(name).start(asking));
      underWay = answer;
    }
    return answer;
  }
}
