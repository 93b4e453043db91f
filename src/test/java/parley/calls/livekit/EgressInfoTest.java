package parley.calls.livekit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import parley.calls.livekit.EgressInfo.Status;
import parley.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What LiveKit's own messages look like: written by its Go library, as its server answers and as
/// its webhooks tell.
class EgressInfoTest {
  private static final Path SAMPLES = Path.of("src/test/resources/livekit");

  @Test
  void readsEveryStatusOfTheAnswersOfLiveKit() throws IOException {
    List<EgressInfo> infos =
        StreamSupport.stream(sample("list-egress.json").path("items").spliterator(), false)
            .map(EgressInfo::of)
            .toList();
    assertThat(infos).extracting(EgressInfo::status).containsExactly(Status.values());
    assertThat(infos)
        .extracting(EgressInfo::id)
        .containsExactly("EG_0", "EG_1", "EG_2", "EG_3", "EG_4", "EG_5", "EG_6");
    for (EgressInfo info : infos) {
      assertThat(info.room()).isEqualTo("scaiwave-call-1");
      assertThat(info.files()).containsExactly("p/recordings/call-1/a.mp4");
      assertThat(info.detail()).isEqualTo(info.status() == Status.FAILED ? "Source closed" : "");
    }
  }

  @Test
  void keepsNoReasonThatNoDatabaseKeeps() {
    EgressInfo info =
        EgressInfo.of(
            JsonMapper.shared()
                .createObjectNode()
                .put("egress_id", "EG_1")
                .put("status", "EGRESS_FAILED")
                .put("error", "pipeline\0failed"));
    assertThat(info.detail()).isEqualTo("pipeline failed");
  }

  @Test
  void readsTheWebhooksOfLiveKit() throws IOException {
    EgressInfo info = EgressInfo.of(sample("egress-ended.json").path("egressInfo"));
    assertThat(info.id()).isEqualTo("EG_3");
    assertThat(info.room()).isEqualTo("scaiwave-call-1");
    assertThat(info.status()).isEqualTo(Status.COMPLETE);
    assertThat(info.files()).containsExactly("p/recordings/call-1/a.mp4");
  }

  private static JsonNode sample(String name) throws IOException {
    return Json.tree(Files.readAllBytes(SAMPLES.resolve(name)));
  }
}
