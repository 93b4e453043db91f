package parley.tenants;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TenantTurnsTest {
  private final TenantTurns turns = new TenantTurns(3, 2);
  private final TenantId many = TenantId.random();
  private final TenantId other = TenantId.random();
  private final CountDownLatch hold = new CountDownLatch(1);
  private final AtomicInteger running = new AtomicInteger();

  @Test
  void keepsNoTenantWaitingForAllThatAnotherHasToDo() throws Exception {
    List<Thread> workers = new ArrayList<>();
    CountDownLatch begun = new CountDownLatch(2);
    for (int i = 0; i < 100; i++) {
      workers.add(Thread.startVirtualThread(() -> work(begun)));
    }
    assertThat(begun.await(10, SECONDS)).isTrue();

    turns.begin(other);
    assertThat(running).as("the tenant's share").hasValue(2);
    turns.end(other);

    hold.countDown();
    for (Thread worker : workers) {
      worker.join();
    }
    assertThat(running).hasValue(0);
  }

  private void work(CountDownLatch begun) {
    turns.begin(many);
    try {
      running.incrementAndGet();
      begun.countDown();
      hold.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      running.decrementAndGet();
      turns.end(many);
    }
  }
}
