package parley.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import parley.auth.Permission;
import parley.testing.Eventually;
import parley.testing.TestCaller;
import parley.testing.TestServer;

/// What operators see of the machines at work.
@Tag("slow")
class NodeRoutesTest {
  private static final String NODES = "/v1/admin/nodes";
  private static final String QUEUE = "/v1/admin/queue";

  private final TestServer server = TestServer.shared();
  private final TestCaller alice = server.newTenant();
  private final TestCaller operator = alice.only(Permission.OPERATOR);

  @Test
  void listsTheNodesThatRun() throws Exception {
    Eventually.holds("the node is listed", () -> nodes() == 1);
    assertThat(operator.get(NODES).text())
        .contains("\"roles\":[\"api\",\"speech\",\"worker\"]", "\"live_streams\":0");

    try (TestServer _ = TestServer.beside(server)) {
      Eventually.holds("the other is listed, too", () -> nodes() == 2);
      assertThat(operator.get(NODES).text()).contains("\"roles\":[\"api\"]");
    }
    assertThat(nodes()).as("after the other has stopped").isEqualTo(1);
  }

  private int nodes() {
    return operator.get(NODES).json().get("data").size();
  }

  @Test
  void tellsHowManyJobsWait() {
    assertThat(operator.get(QUEUE).json().get("data").propertyNames())
        .containsExactlyInAnyOrder("queued", "running", "oldest_queued_at");
    assertThat(operator.get(QUEUE).at("/data/queued")).matches("\\d+");
  }

  @Test
  void tellsOperatorsAlone() {
    for (String path : new String[] {NODES, QUEUE}) {
      assertThat(alice.get(path).status()).as(path).isEqualTo(403);
      assertThat(server.stranger().get(path).status()).as(path).isEqualTo(401);
    }
  }
}
