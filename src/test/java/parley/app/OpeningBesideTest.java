package parley.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

final class OpeningBesideTest {
  private final List<String> closed = Collections.synchronizedList(new ArrayList<>());

  @Test
  void opensAPartWhileTheCallerGoesOn() throws Exception {
    CountDownLatch went = new CountDownLatch(1);

    try (OpeningBeside<String> part =
        OpeningBeside.begin(
            "part",
            opened -> {
              await(went);
              return "open";
            })) {
      went.countDown();
      assertThat(part.get()).isEqualTo("open");
    }
  }

  @Test
  void saysWhyAPartCouldNotBeOpenedAndClosesWhatItHadOpened() throws Exception {
    try (OpeningBeside<String> part =
        OpeningBeside.begin(
            "part",
            opened -> {
              opened.add(() -> closed.add("half of it"));
              throw new IOException("it does not work");
            })) {
      assertThatThrownBy(part::get).isInstanceOf(IOException.class).hasMessage("it does not work");
    }

    assertThat(closed).containsExactly("half of it");
  }

  @Test
  void closesAPartThatNobodyAskedForOnlyOnceItIsOpen() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    OpeningBeside<String> part =
        OpeningBeside.begin(
            "part",
            opened -> {
              begun.countDown();
              await(goOn);
              opened.add(() -> closed.add("part"));
              return "open";
            });
    begun.await();

    Thread.ofVirtual().start(goOn::countDown);
    part.close();

    assertThat(closed).containsExactly("part");
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException stopped) {
      throw new IllegalStateException(stopped);
    }
  }
}
