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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import parley.speech.engine.Turns.Urgency;
import parley.testing.Eventually;

class TurnsTest {
  private final Turns turns = new Turns("test", 1);
  private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
  private final List<String> order = Collections.synchronizedList(new ArrayList<>());

  @AfterEach
  void stop() {
    callers.close();
    turns.close();
  }

  @Test
  void runsLiveWorkBeforeTheFileWorkThatWaitsLonger() throws Exception {
    CountDownLatch first = new CountDownLatch(1);
    List<Future<?>> all = new ArrayList<>();
    all.add(ask(Urgency.FILE, "running", first));
    Eventually.holds("it runs", () -> order.contains("running"));
    all.add(ask(Urgency.FILE, "file", null));
    Eventually.holds("1 wait", () -> turns.waiting() == 1);
    all.add(ask(Urgency.FINAL, "live", null));
    Eventually.holds("2 wait", () -> turns.waiting() == 2);
    first.countDown();
    for (Future<?> one : all) {
      one.get();
    }
    assertThat(order).containsExactly("running", "live", "file");
  }

  @Test
  void givesUpATurnThatDoesNotComeInTime() throws Exception {
    CountDownLatch first = new CountDownLatch(1);
    Future<?> running = ask(Urgency.FILE, "running", first);
    Eventually.holds("it runs", () -> order.contains("running"));

    assertThat(turns.takeWithin(Duration.ofMillis(1), Urgency.FINAL, () -> order.add("late")))
        .isEmpty();
    first.countDown();
    running.get();
    assertThat(turns.takeWithin(Duration.ofMinutes(1), Urgency.FINAL, () -> order.add("now")))
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
            turns.take(
                Urgency.FILE,
                () -> {
                  begun.countDown();
                  await(interrupted);
                  while (true) {
                    turns.giveWay();
                  }
                });
          } catch (Cancelled ended) {
            order.add("ended, interrupted: " + Thread.currentThread().isInterrupted());
          } catch (OrtException e) {
            throw new IllegalStateException(e);
          }
        });
    caller.start();
    begun.await();
    caller.interrupt();
    interrupted.countDown();
    caller.join();
    assertThat(order).containsExactly("ended, interrupted: true");
  }

  @Test
  void runsLiveWorkInTheMidstOfFileWorkThatGivesWay() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    Future<?> file =
        callers.submit(() ->
            turns.take(
                Urgency.FILE,
                () -> {
                  order.add("begins");
                  await(asked);
                  turns.giveWay();
                  return order.add("ends");
                }));
    Eventually.holds("it runs", () -> order.contains("begins"));
    Future<?> other = ask(Urgency.FILE, "other file", null);
    Future<?> live = ask(Urgency.FINAL, "live", null);
    Eventually.holds("2 wait", () -> turns.waiting() == 2);
    asked.countDown();
    file.get();
    live.get();
    other.get();
    assertThat(order).containsExactly("begins", "live", "ends", "other file");
  }

  @Test
  void doesNotInterruptLiveWorkByOtherLiveWork() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    Future<?> first =
        callers.submit(() ->
            turns.take(
                Urgency.FINAL,
                () -> {
                  order.add("begins");
                  await(asked);
                  turns.giveWay();
                  return order.add("ends");
                }));
    Eventually.holds("it runs", () -> order.contains("begins"));
    Future<?> second = ask(Urgency.FINAL, "second", null);
    Eventually.holds("1 wait", () -> turns.waiting() == 1);
    asked.countDown();
    first.get();
    second.get();
    assertThat(order).containsExactly("begins", "ends", "second");
  }

  @Test
  void tellsTheCallerWhatFailedAndGoesOn() throws Exception {
    assertThatThrownBy(() ->
            turns.take(
                Urgency.FINAL,
                () -> {
                  throw new OrtException("broken");
                }))
        .isInstanceOf(OrtException.class)
        .hasMessage("broken");
    assertThat(turns.<Integer>take(Urgency.FILE, () -> 3)).isEqualTo(3);
  }

  private Future<?> ask(Urgency urgency, String name, @Nullable CountDownLatch until) {
    return callers.submit(() ->
        turns.take(
            urgency,
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
