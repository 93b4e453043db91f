package parley.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import parley.db.Database;
import parley.media.BlobQueueTable.Claimed;
import parley.tenants.TenantId;
import parley.tenants.TenantTable;
import parley.testing.TestPostgres;

/// The order in which both queues of blobs are processed.
@Tag("slow")
class FairQueueTest {
  private static final Instant START = Instant.parse("2026-05-17T12:00:00Z");
  private static final Duration LEASE = Duration.ofMinutes(1);

  private Database database;
  private Instant now = START;
  private int contents;

  FairQueueTest() throws IOException {
    database = Database.open(TestPostgres.newDatabase(), 2);
  }

  @BeforeEach
  void begin() {
    now = START;
  }

  @AfterEach
  void end() {
    database.close();
  }

  static List<BlobQueueTable> queues() {
    return List.of(BlobQueueTable.SCANS, BlobQueueTable.PREPARATIONS);
  }

  @ParameterizedTest
  @MethodSource("queues")
  void takesTurnsAmongTenants(BlobQueueTable queue) {
    TenantId busy = tenant(queue, 5);
    TenantId other = tenant(queue, 2);
    List<TenantId> order = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      order.add(claim(queue, false).orElseThrow().blob().tenant());
    }
    assertThat(order.subList(0, 2)).containsExactlyInAnyOrder(busy, other);
    assertThat(order.subList(2, 4)).containsExactlyInAnyOrder(busy, other);
  }

  @ParameterizedTest
  @MethodSource("queues")
  void reservesAWorkerForTenantsWithNothingInProgress(BlobQueueTable queue) {
    TenantId busy = tenant(queue, 3);
    assertThat(claim(queue, false)).isPresent();
    assertThat(claim(queue, true)).isEmpty();
    TenantId other = tenant(queue, 1);
    assertThat(claim(queue, true).orElseThrow().blob().tenant()).isEqualTo(other);
    assertThat(claim(queue, false).orElseThrow().blob().tenant()).isEqualTo(busy);
  }

  @ParameterizedTest
  @MethodSource("queues")
  void takesOverInterruptedWorkAndCountsTheCrash(BlobQueueTable queue) {
    TenantId tenant = tenant(queue, 1);
    Claimed first = claim(queue, false).orElseThrow();
    assertThat(claim(queue, false)).isEmpty();
    now = now.plus(LEASE);
    Claimed second = claim(queue, false).orElseThrow();
    assertThat(second.blob()).isEqualTo(first.blob());
    assertThat(second.crashes()).isEqualTo(1);
    database.useTransaction(transaction -> queue.putBack(transaction, first, now));
    assertThat(claim(queue, false)).as("the first one's word does not count").isEmpty();
    database.useTransaction(transaction -> queue.release(transaction, "node", now));
    assertThat(claim(queue, false).orElseThrow().blob().tenant()).isEqualTo(tenant);
  }

  @ParameterizedTest
  @MethodSource("queues")
  void doesNotClaimWorkBeforeItIsDue(BlobQueueTable queue) {
    tenant(queue, 1);
    Claimed first = claim(queue, false).orElseThrow();
    database.useTransaction(transaction -> queue.putBack(transaction, first, now.plusSeconds(5)));
    assertThat(claim(queue, false)).isEmpty();
    now = now.plusSeconds(5);
    assertThat(claim(queue, false).orElseThrow().crashes()).isZero();
  }

  private Optional<Claimed> claim(BlobQueueTable queue, boolean reserved) {
    now = now.plusMillis(1);
    return database.inTransaction(
        transaction -> queue.claim(transaction, reserved, "node", now, now.plus(LEASE)));
  }

  private TenantId tenant(BlobQueueTable queue, int waiting) {
    TenantId tenant = TenantId.random();
    database.useTransaction(transaction -> {
      TenantTable.insert(transaction, tenant, tenant.toString(), START);
      for (int i = 0; i < waiting; i++) {
        insert(transaction, queue, tenant, String.format("%064x", contents++));
      }
    });
    return tenant;
  }

  private static void insert(
      Handle transaction, BlobQueueTable queue, TenantId tenant, String sha256) {
    transaction.execute(
        "insert into blobs (tenant_id, sha256, size, mime_type, uses, created_at)"
            + " values (?, ?, 1, 'image/png', 1, now())",
        tenant.value(),
        sha256);
    transaction.execute(
        "insert into "
            + queue.table()
            + " (tenant_id, sha256, status, due_at) values (?, ?, 'pending', ?)",
        tenant.value(),
        sha256,
        java.sql.Timestamp.from(START));
  }
}
