package parley.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import parley.auth.Permission;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestForm;
import parley.testing.TestServer;

@Tag("slow")
class StorageUsageTest {
  private static final String PATH = "/v1/admin/storage";
  private static final Path FILE = Path.of("src/test/resources/media/plain.jpg");

  private final TestServer server = TestServer.shared();
  private final TestCaller alice = server.newTenant();

  @Test
  void tellsWhatIsStoredAndWhenItCame() throws Exception {
    alice.post("/v1/media/upload", new TestForm().file(FILE));
    alice.post("/v1/media/upload", new TestForm().file(FILE));

    Answer answer = alice.get(PATH);
    assertThat(answer.at("/data/stored_bytes"))
        .as("the same content counts once")
        .isEqualTo(String.valueOf(Files.size(FILE)));
    assertThat(answer.json().at("/data/days").size()).isEqualTo(1);
    assertThat(answer.at("/data/days/0/added_bytes")).isEqualTo(answer.at("/data/stored_bytes"));
    assertThat(answer.at("/data/days/0/day")).matches("\\d{4}-\\d\\d-\\d\\d");
    assertThat(server.newTenant().get(PATH).text()).contains("\"stored_bytes\":0", "\"days\":[]");
  }

  @Test
  void tellsAdminsAndOperatorsAlone() {
    assertThat(server.stranger().get(PATH).status()).isEqualTo(401);
    assertThat(alice.only(Permission.MEDIA_READ).get(PATH).status()).isEqualTo(403);
    String other = PATH + "?tenant_id=" + server.newTenant().tenant().id();
    assertThat(alice.get(other).status()).isEqualTo(404);
    assertThat(alice.only(Permission.OPERATOR).get(other).status()).isEqualTo(200);
    assertThat(alice.get(PATH + "?days=0").status()).isEqualTo(400);
    assertThat(alice.get(PATH + "?days=1000").status()).isEqualTo(400);
  }
}
