package parley.db;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.config.JdbiConfig;

/// Steps to run in a transaction right before it commits. Jdbi copies its configuration for every
/// handle, so each transaction has its own steps.
public final class BeforeCommit implements JdbiConfig<BeforeCommit> {
  private final Deque<Consumer<Handle>> steps = new ArrayDeque<>();

  void add(Consumer<Handle> step) {
    steps.add(step);
  }

  void run(Handle transaction) {
    for (Consumer<Handle> step = steps.poll(); step != null; step = steps.poll()) {
      step.accept(transaction);
    }
  }

  @Override
  public BeforeCommit createCopy() {
    return new BeforeCommit();
  }
}
