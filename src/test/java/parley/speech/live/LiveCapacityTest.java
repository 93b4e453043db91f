package parley.speech.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.speech.Recordings;
import parley.testing.TestCaller;
import parley.testing.TestServer;
import parley.testing.TestSocket;
import tools.jackson.databind.JsonNode;

/// A server that has as much to do as it can.
@Tag("slow")
@Timeout(240)
class LiveCapacityTest {
  private static final String BARE =
      "\"media_type\":\"audio/l16\",\"sample_rate\":16000,\"language_hint\":\"en\"";

  /// More than one processor can caption.
  private static final int MANY = 30;

  private static TestServer server = TestServer.shared();
  private static final List<CaptionClient> RUNNING = new ArrayList<>();
  private static TestCaller alice = server.newTenant();

  @BeforeAll
  static void fill() throws Exception {
    server = TestServer.start(Map.of("speech.threads", "1", "live.streams_per_tenant", "100"));
    alice = server.newTenant();
    while (RUNNING.size() < MANY) {
      CaptionClient next = CaptionClient.connect(server, alice);
      next.socket().send("{\"type\":\"open\"," + BARE + "}");
      JsonNode answer =
          next.until(
              message -> CaptionClient.is(message, "ready") || CaptionClient.is(message, "error"));
      if (CaptionClient.is(answer, "error")) {
        assertThat(answer.get("message").asString()).contains("try again later");
        return;
      }
      RUNNING.add(next);
    }
  }

  @AfterAll
  static void stop() {
    RUNNING.forEach(CaptionClient::close);
    server.close();
  }

  @Test
  void refusesFurtherStreamsInEachDialectRatherThanLettingAllFallBehind() throws Exception {
    assertThat(RUNNING).hasSizeBetween(2, MANY - 1);
    try (CaptionClient _ = CaptionClient.open(server, server.newTenant(), BARE);
        CaptionClient another = CaptionClient.connect(server, server.newTenant())) {
      another.socket().send("{\"type\":\"open\"," + BARE + "}");
      another.assertRefused("TOO_MANY_STREAMS", 1013);
    }

    TestSocket openai =
        TestSocket.connect(server.uri("/v1/realtime?intent=transcription"), alice.token());
    openai.send(
        "{\"type\":\"input_audio_buffer.append\",\"audio\":\""
            + Base64.getEncoder().encodeToString(new byte[4800])
            + "\"}");
    assertThat(openai.json().get("type").asString()).isEqualTo("session.created");
    assertThat(openai.json().at("/error/code").asString()).isEqualTo("too_many_streams");
    assertThat(openai.closeCode()).isEqualTo(1013);

    TestSocket deepgram =
        TestSocket.connect(
            server.uri("/v1/listen?encoding=linear16&sample_rate=16000&language=en"),
            alice.token());
    deepgram.send(new byte[3200]);
    assertThat(deepgram.json().get("type").asString()).isEqualTo("Error");
    assertThat(deepgram.closeCode()).isEqualTo(1013);
  }

  @Test
  void goesOnWithTheStreamsThatItTookAndTellsWhatTheyNeed() throws Exception {
    byte[] speech =
        Recordings.converted(Recordings.recording("jfk-3s.flac"), "-f", "s16le", "-ar", "16000");
    CaptionClient first = RUNNING.removeFirst();
    first.send(Arrays.copyOf(speech, speech.length), new Random(1));
    first.control("close");
    first.end();
    assertThat(first.text()).containsIgnoringCase("fellow americans");

    String metrics = server.stranger().get("/metrics").text();
    assertThat(metrics)
        .contains(
            "speech_live_streams " + (double) RUNNING.size(),
            "speech_live_processors 1.0",
            "speech_live_processors_needed 0.");
    // The place that became free is taken again.
    RUNNING.add(CaptionClient.open(server, alice, BARE));
  }

  @Test
  void slowsDownWhoFlushesAgainAndAgainAndAnswersEachFlush() throws Exception {
    CaptionClient client = RUNNING.getLast();
    client.send(
        Recordings.converted(Recordings.recording("jfk-3s.flac"), "-f", "s16le", "-ar", "16000"),
        new Random(2));
    for (int i = 0; i < 2_000; i++) {
      client.control("flush");
    }
    client.control("keepalive");
    for (int i = 0; i < 2_000; i++) {
      client.until(message -> CaptionClient.is(message, "flushed"));
    }
    assertThat(client.text()).containsIgnoringCase("americans");
  }
}
