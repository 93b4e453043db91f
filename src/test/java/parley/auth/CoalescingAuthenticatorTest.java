package parley.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.tenants.TenantId;
import parley.tenants.UserId;

@Timeout(30)
class CoalescingAuthenticatorTest {
  private final AtomicInteger lookups = new AtomicInteger();
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch end = new CountDownLatch(1);
  private final ExecutorService requests = Executors.newVirtualThreadPerTaskExecutor();
  private volatile boolean revoked;

  /// The first lookup of `slow` ends when it is told to, with what it saw when it began.
  private final CoalescingAuthenticator authenticator =
      new CoalescingAuthenticator(token -> {
        boolean refused = revoked;
        if (token.equals("slow") && lookups.incrementAndGet() == 1) {
          begun.countDown();
          await(end);
        }
        if (refused) {
          throw new Problem(ProblemCode.TOKEN_INVALID, "The token is not valid.");
        }
        return new Caller(
            KeyId.random(), new TenantId(UserId.random().value()), UserId.random(), Set.of(), null);
      });

  @AfterEach
  void stop() {
    end.countDown();
    requests.close();
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void looksATokenUpOnceForAllRequestsThatComeMeanwhile() throws Exception {
    List<Future<Caller>> callers = new ArrayList<>();
    callers.add(requests.submit(() -> authenticator.authenticate("slow")));
    await(begun);
    CountDownLatch running = new CountDownLatch(200);
    for (int i = 0; i < 200; i++) {
      callers.add(
          requests.submit(() -> {
            running.countDown();
            return authenticator.authenticate("slow");
          }));
    }
    await(running);

    assertThat(authenticator.authenticate("another")).isNotNull();
    end.countDown();
    for (Future<Caller> caller : callers) {
      assertThat(caller.get(20, TimeUnit.SECONDS)).isNotNull();
    }
    assertThat(lookups.get()).isLessThan(20);
  }

  @Test
  void refusesARevokedKeyThoughALookupFromBeforeIsStillUnderWay() throws Exception {
    Future<Caller> before = requests.submit(() -> authenticator.authenticate("slow"));
    await(begun);
    revoked = true;
    Future<Caller> after = requests.submit(() -> authenticator.authenticate("slow"));
    end.countDown();

    assertThat(before.get(20, TimeUnit.SECONDS)).isNotNull();
    assertThatThrownBy(() -> after.get(20, TimeUnit.SECONDS)).hasCauseInstanceOf(Problem.class);
    revoked = false;
    assertThat(authenticator.authenticate("slow")).isNotNull();
  }
}
