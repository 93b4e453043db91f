package parley.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import parley.testing.Eventually;
import parley.testing.OnBothStores;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestForm;
import parley.testing.TestServer;

@Tag("server")
@OnBothStores
class QuotaTest {
  private final TestServer server = TestServer.shared();

  @Test
  void countsTheSameBytesOnceAndRefusesFilesBeyondTheQuota() {
    TestCaller alice = server.newTenant();
    server.execute(
        "update tenants set max_storage_mb = 1 where id = '" + alice.tenant().id() + "'");
    byte[] large = random(700_000, 1);

    Answer first = upload(alice, large);
    assertThat(first.status()).isEqualTo(200);
    assertThat(upload(alice, large).status()).isEqualTo(200);
    assertRefused(upload(alice, random(700_000, 2)));
    // Begins like a stored file but differs later.
    byte[] longer = Arrays.copyOf(large, 800_000);
    assertRefused(upload(alice, longer));
    byte[] different = large.clone();
    different[699_999]++;
    assertRefused(upload(alice, different));
    assertThat(upload(alice, random(300_000, 3)).status()).isEqualTo(200);
    assertRefused(upload(alice, random(60_000, 4)));

    assertThat(alice.delete("/v1/media/" + first.at("/data/media_id")).status()).isEqualTo(204);
    assertRefused(upload(alice, random(700_000, 2)));
  }

  @Test
  void doesNotRevealWhetherAnotherUserHasTheSameFile() {
    TestCaller alice = server.newTenant();
    TestCaller bob = alice.colleague();
    server.execute(
        "update tenants set max_storage_mb = 1 where id = '" + alice.tenant().id() + "'");
    for (int size : new int[] {20_000, 400_000}) {
      byte[] taken = random(size, size);
      assertThat(upload(alice, taken).status()).isEqualTo(200);
    }
    assertThat(upload(alice, random(620_000, 7)).status()).isEqualTo(200);
    for (int size : new int[] {20_000, 400_000}) {
      assertRefused(upload(bob, random(size, size)));
      assertRefused(upload(bob, random(size, size + 1)));
      assertThat(upload(alice, random(size, size)).status()).as("one's own").isEqualTo(200);
    }
  }

  @Test
  void countsWhatOtherUploadsHaveReceivedSoFar() throws Exception {
    TestCaller alice = server.newTenant();
    server.execute(
        "update tenants set max_storage_mb = 1 where id = '" + alice.tenant().id() + "'");
    PipedInputStream body = new PipedInputStream(1 << 20);
    CompletableFuture<Answer> slow;
    try (PipedOutputStream sent = new PipedOutputStream(body)) {
      byte[] form = new TestForm().file("file", "a", random(700_000, 11)).bytes();
      sent.write(form, 0, form.length - 100);
      slow =
          CompletableFuture.supplyAsync(
              () -> alice.send(uploading(alice).POST(BodyPublishers.ofInputStream(() -> body))),
              Thread::startVirtualThread);
      Eventually.holds("most of it has arrived", () -> isReceiving(600_000));

      assertRefused(upload(alice, random(700_000, 12)));
      assertThat(upload(alice, random(200_000, 13)).status()).isEqualTo(200);

      sent.write(form, form.length - 100, 100);
    }
    assertThat(slow.join().status()).as(slow.join().text()).isEqualTo(200);
    assertRefused(upload(alice, random(300_000, 14)));
    assertThat(upload(alice, random(100_000, 15)).status()).isEqualTo(200);
  }

  private static HttpRequest.Builder uploading(TestCaller caller) {
    return caller.request("/v1/media/upload").header("Content-Type", new TestForm().contentType());
  }

  private boolean isReceiving(long bytes) {
    return server.storedFiles().stream()
        .filter(file -> file.endsWith(".part"))
        .anyMatch(file -> server.dataDirectory().resolve(file).toFile().length() >= bytes);
  }

  private static Answer upload(TestCaller caller, byte[] content) {
    return caller.post("/v1/media/upload", new TestForm().file("file", "a", content));
  }

  private static void assertRefused(Answer answer) {
    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.at("/error/code")).isEqualTo("SW_MEDIA_QUOTA_EXCEEDED");
  }

  private static byte[] random(int size, long seed) {
    byte[] content = new byte[size];
    new Random(seed).nextBytes(content);
    return content;
  }
}
