package parley.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryPlanTest {
  private static final long MIB = 1024 * 1024;

  @ParameterizedTest
  @ValueSource(longs = {128, 160, 256, 512, 1024, 4096, 65_536})
  void dividesLessThanTheHeapOfAnySize(long heapMib) {
    MemoryPlan plan = MemoryPlan.of(heapMib * MIB);

    assertThat(plan.totalBytes()).isLessThan(heapMib * MIB * 99 / 100);
    assertThat(plan.connections()).isPositive();
    assertThat(plan.webSockets()).isPositive();
    assertThat(plan.liveStreams()).isPositive();
  }

  @ParameterizedTest
  @ValueSource(longs = {512, 1024})
  void admitsAThousandSlowUploadsFromOneAddress(long heapMib) {
    assertThat(MemoryPlan.of(heapMib * MIB).connections() * 5 / 8).isGreaterThan(1_100);
  }
}
