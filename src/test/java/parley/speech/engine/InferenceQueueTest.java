package parley.speech.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import parley.speech.engine.InferenceQueue.Priority;
import parley.testing.Eventually;

class InferenceQueueTest {
  private final AtomicInteger faults = new AtomicInteger();
  private final InferenceQueue queue = new InferenceQueue("test", 1, faults::incrementAndGet);
  private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
  private final List<String> order = Collections.synchronizedList(new ArrayList<>());

  @AfterEach
  void stop() {
    callers.close();
    queue.close();
  }

  @Test
  void runsLiveWorkBeforeTheFileWorkThatWaitsLonger() throws Exception {
    CountDownLatch first = new CountDownLatch(1);
    List<Future<?>> all = new ArrayList<>();
    all.add(ask(Priority.FILE, "running", first));
    Eventually.holds("it runs", () -> order.contains("running"));
    all.add(ask(Priority.FILE, "file", null));
    Eventually.holds("1 wait", () -> queue.waiting() == 1);
    all.add(ask(Priority.FINAL, "live", null));
    Eventually.holds("2 wait", () -> queue.waiting() == 2);
    first.countDown();
    for (Future<?> one : all) {
      one.get();
    }
    assertThat(order).containsExactly("running", "live", "file");
  }

  @Test
  void servesWhoWantsLittleInTurnWithWhoWantsMuch() throws Exception {
    CountDownLatch first = new CountDownLatch(1);
    List<Future<?>> all = new ArrayList<>();
    all.add(ask(Priority.PARTIAL, "running", first));
    Eventually.holds("it runs", () -> order.contains("running"));
    for (String name : List.of("many 1", "many 2", "many 3")) {
      int before = queue.waiting();
      all.add(ask(Priority.PARTIAL, "many", name, null));
      Eventually.holds("it waits", () -> queue.waiting() == before + 1);
    }
    all.add(ask(Priority.PARTIAL, "one", "the only one", null));
    Eventually.holds("4 wait", () -> queue.waiting() == 4);
    assertThat(queue.delay(Priority.PARTIAL)).isPositive();
    assertThat(queue.delay(Priority.FINAL)).isZero();
    first.countDown();
    for (Future<?> one : all) {
      one.get();
    }
    assertThat(order).containsExactly("running", "many 1", "the only one", "many 2", "many 3");
  }

  @Test
  void givesUpATurnThatDoesNotComeInTime() throws Exception {
    CountDownLatch first = new CountDownLatch(1);
    Future<?> running = ask(Priority.FILE, "running", first);
    Eventually.holds("it runs", () -> order.contains("running"));

    assertThat(queue.runWithin(Duration.ofMillis(1), Priority.FINAL, "", () -> order.add("late")))
        .isEmpty();
    first.countDown();
    running.get();
    assertThat(queue.runWithin(Duration.ofMinutes(1), Priority.FINAL, "", () -> order.add("now")))
        .contains(true);
    assertThat(order).containsExactly("running", "now");
  }

  @Test
  void endsFileWorkThatNobodyWaitsForAnyMoreWhereItGivesWay() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    Thread caller =
        new Thread(() -> {
          try {
            queue.run(
                Priority.FILE,
                () -> {
                  begun.countDown();
                  await(interrupted);
                  while (true) {
                    queue.giveWay();
                  }
                });
          } catch (Cancelled ended) {
            order.add("ended, interrupted: " + Thread.currentThread().isInterrupted());
          }
        });
    caller.start();
    begun.await();
    caller.interrupt();
    interrupted.countDown();
    caller.join();
    assertThat(order).containsExactly("ended, interrupted: true");
  }

  /// Begins work that offers to give way once it is asked to.
  private Future<?> runThatGivesWay(Priority priority, CountDownLatch asked) throws Exception {
    Future<?> running =
        callers.submit(() ->
            queue.run(
                priority,
                () -> {
                  order.add("begins");
                  await(asked);
                  queue.giveWay();
                  return order.add("ends");
                }));
    Eventually.holds("it runs", () -> order.contains("begins"));
    return running;
  }

  @Test
  void runsLiveWorkInTheMidstOfFileWorkThatGivesWay() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    Future<?> file = runThatGivesWay(Priority.FILE, asked);
    Future<?> other = ask(Priority.FILE, "other file", null);
    Future<?> live = ask(Priority.FINAL, "live", null);
    Eventually.holds("2 wait", () -> queue.waiting() == 2);
    asked.countDown();
    file.get();
    live.get();
    other.get();
    assertThat(order).containsExactly("begins", "live", "ends", "other file");
  }

  @Test
  void doesNotInterruptLiveWorkByOtherLiveWork() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    Future<?> first = runThatGivesWay(Priority.FINAL, asked);
    Future<?> second = ask(Priority.FINAL, "second", null);
    Eventually.holds("1 wait", () -> queue.waiting() == 1);
    asked.countDown();
    first.get();
    second.get();
    assertThat(order).containsExactly("begins", "ends", "second");
  }

  @Test
  void tellsTheCallerWhatFailedAndGoesOn() throws Exception {
    assertThatThrownBy(() ->
            queue.run(
                Priority.FINAL,
                () -> {
                  throw new OrtException("broken");
                }))
        .cause()
        .isInstanceOf(EngineUnavailable.class)
        .hasMessageContaining("broken");
    assertThat(faults).hasValue(1);
    assertThat(queue.<Integer>run(Priority.FILE, () -> 3)).isEqualTo(3);
  }

  private Future<?> ask(Priority priority, String name, @Nullable CountDownLatch until) {
    return ask(priority, InferenceQueue.NOBODY, name, until);
  }

  private Future<?> ask(
      Priority priority, String owner, String name, @Nullable CountDownLatch until) {
    return callers.submit(() ->
        queue.run(
            priority,
            owner,
            () -> {
              order.add(name);
              if (until != null) {
                await(until);
              }
              return name;
            }));
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
