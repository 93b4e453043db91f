package parley.speech.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class ConcurrentRunTest {
  @Test
  void runsBesideItsCaller() throws Exception {
    CountDownLatch meanwhile = new CountDownLatch(1);
    ConcurrentRun<String> run =
        ConcurrentRun.start(() -> {
          awaits(meanwhile);
          return "text";
        });
    meanwhile.countDown();
    assertThat(run.result()).isEqualTo("text");
    assertThat(run.outcome()).contains("text");
  }

  @Test
  void failsAsItsWorkDoes() {
    OrtException ofModel = new OrtException("broken");
    ConcurrentRun<String> run =
        ConcurrentRun.start(() -> {
          throw ofModel;
        });
    assertThatThrownBy(run::result).isSameAs(ofModel);
    assertThat(run.outcome()).isEmpty();

    IllegalStateException ofCode = new IllegalStateException("wrong");
    ConcurrentRun<String> other =
        ConcurrentRun.start(() -> {
          throw ofCode;
        });
    assertThatThrownBy(other::result).isSameAs(ofCode);
  }

  @Test
  void waitsForItsEndWhenInterrupted() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    ConcurrentRun<String> run =
        ConcurrentRun.start(() -> {
          awaits(end);
          return "text";
        });
    Thread.currentThread().interrupt();
    Thread.ofVirtual().start(end::countDown);
    assertThat(run.result()).isEqualTo("text");
    assertThat(Thread.interrupted()).as("what an interrupt leaves").isTrue();
  }

  private static void awaits(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
