package parley.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import parley.db.Database;
import parley.events.VisibilityTable.Range;
import parley.tenants.RoomId;
import parley.tenants.TenantId;
import parley.tenants.UserId;
import parley.testing.TestPostgres;

@Tag("server")
class VisibilityTableTest {
  private final Database database;
  private final TenantId tenant = TenantId.random();
  private final RoomId room = RoomId.random();
  private final UserId user = UserId.random();

  VisibilityTableTest() throws IOException {
    database = Database.open(TestPostgres.newDatabase(), 2);
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void readsOnlyTheStaysThatReachAnEvent() {
    database.useTransaction(transaction -> {
      for (long from = 10; from < 1_000; from += 10) {
        VisibilityTable.begin(transaction, tenant, room, user, from);
        VisibilityTable.end(transaction, tenant, room, user, from + 5);
      }
      VisibilityTable.begin(transaction, tenant, room, user, 1_000);
    });
    Range now = new Range(user, 1_000, Long.MAX_VALUE);

    assertThat(from(2_000)).containsExactly(now);
    assertThat(from(996)).containsExactly(now);
    assertThat(from(995)).containsExactlyInAnyOrder(now, new Range(user, 990, 995));
  }

  private List<Range> from(long position) {
    return database.inTransaction(
        transaction -> VisibilityTable.ranges(transaction, tenant, room, position));
  }
}
