package parley.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DrainTest {
  @Test
  void isSharedByAllThatAskForIt() throws InterruptedException {
    Duration whole = Duration.ofMillis(50);
    Drain drain = new Drain(whole);

    assertThat(drain.left()).as("to whoever asks first").isPositive();
    assertThat(drain.leftBut(Duration.ofMillis(20))).isLessThanOrEqualTo(Duration.ofMillis(30));
    assertThat(drain.leftBut(Duration.ofMinutes(1))).isZero();
    assertThat(drain.leftAtLeast(Duration.ofMinutes(1))).isEqualTo(Duration.ofMinutes(1));
    long end = System.nanoTime() + whole.toNanos();
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    assertThat(drain.left()).as("to whoever asks when it is used up").isZero();
    assertThat(drain.left()).isZero();
  }
}
