package parley.speech.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.speech.relay.FaultyPeer.Way;
import parley.speech.transcript.Confidence;
import parley.speech.transcript.Keyterms;
import parley.speech.transcript.Segment;
import parley.speech.transcript.SpeechOptions;
import parley.speech.transcript.Transcript;
import parley.testing.SettableClock;

class RelayTest {
  private static final Path RECORDING = Path.of("examples/jfk.flac");
  private static final SpeechOptions NO_WISHES = new SpeechOptions(null, null);

  private final SettableClock clock = new SettableClock(Instant.parse("2026-01-01T00:00:00Z"));

  @Test
  void asksAsTheProtocolWantsAndReadsAllOfTheAnswer() throws IOException {
    try (FaultyPeer peer = new FaultyPeer(Way.ANSWERS);
        Relay relay = relay(peer.baseUrl())) {
      Transcript transcript =
          relay.transcribe(RECORDING, new SpeechOptions("de", 0.5), share -> {});

      assertThat(transcript.text()).isEqualTo("Guten Tag. Hallo.");
      assertThat(transcript.language()).isEqualTo("de");
      assertThat(transcript.duration()).isEqualTo(Duration.ofMillis(2500));
      assertThat(transcript.segments()).extracting(Segment::start).containsExactly(0.1, 1.4);
      assertThat(transcript.segments())
          .extracting(segment -> segment.words().size())
          .containsExactly(2, 1);
      assertThat(transcript.segments())
          .extracting(Segment::confidence)
          .containsExactly(new Confidence(-0.25, 0.5), null);
      String request = peer.requests().getFirst();
      assertThat(request)
          .startsWith("POST /v1/audio/transcriptions HTTP/1.1")
          .contains("Authorization: Bearer sk-test")
          .contains("name=\"model\"\r\n\r\nlarge\r\n")
          .contains("name=\"language\"\r\n\r\nde\r\n")
          .contains("name=\"temperature\"\r\n\r\n0.5\r\n")
          .contains("name=\"response_format\"\r\n\r\nverbose_json\r\n")
          .contains("filename=\"recording.flac\"");
      assertThat(request.length()).isGreaterThan(203_108);
    }
  }

  @Test
  void putsKeytermsBeforeThePrompt() throws IOException {
    SpeechOptions options =
        new SpeechOptions(
            null,
            null,
            null,
            Keyterms.parse(List.of("Zarathustra, emetic")),
            "He said so yesterday.");
    try (FaultyPeer peer = new FaultyPeer(Way.ANSWERS);
        Relay relay = relay(peer.baseUrl())) {
      relay.transcribe(RECORDING, options, share -> {});

      assertThat(peer.requests().getFirst())
          .contains("name=\"prompt\"\r\n\r\nZarathustra, emetic. He said so yesterday.\r\n");
    }
  }

  @Test
  void asksForTranslationsWhereTheProtocolHasThem() throws IOException {
    try (FaultyPeer peer = new FaultyPeer(Way.ANSWERS);
        Relay relay = relay(peer.baseUrl())) {
      relay.transcribe(RECORDING, SpeechOptions.in("de").translating(), share -> {});

      assertThat(peer.requests().getFirst())
          .startsWith("POST /v1/audio/translations HTTP/1.1")
          .contains("name=\"response_format\"\r\n\r\nverbose_json\r\n")
          .doesNotContain("name=\"language\"", "timestamp_granularities");
    }
  }

  @Test
  void contentsItselfWithTextAlone() throws IOException {
    try (FaultyPeer peer = new FaultyPeer(Way.ANSWERS_WITHOUT_TIMES);
        Relay relay = relay(peer.baseUrl())) {
      Transcript transcript = relay.transcribe(RECORDING, NO_WISHES, share -> {});

      assertThat(transcript.text()).isEqualTo("Only this.");
      assertThat(transcript.segments()).hasSize(1);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "FAILS, BACKEND_ERROR, 3",
    "IS_BUSY, BACKEND_UNAVAILABLE, 3",
    "IS_BUSY_FOR_A_MINUTE, BACKEND_UNAVAILABLE, 1",
    "TIMES_OUT, BACKEND_TIMEOUT, 3",
    "DROPS_WITHIN_THE_ANSWER, BACKEND_ERROR, 3",
    "ANSWERS_NONSENSE, BACKEND_ERROR, 1",
    "ANSWERS_WITH_EMPTY_WORDS, BACKEND_ERROR, 1",
    "REDIRECTS, BACKEND_ERROR, 1",
    "REFUSES_THE_KEY, BACKEND_ERROR, 1",
    "REFUSES_THE_FILE, UNSUPPORTED_MEDIA, 1",
    "NEVER_ANSWERS, BACKEND_TIMEOUT, 1",
    "FREEZES, BACKEND_UNAVAILABLE, 1",
    "FREEZES_WITHIN_A_PROBE, BACKEND_UNAVAILABLE, 0",
    "ANSWERS_A_PROBE_WITHOUT_END, BACKEND_UNAVAILABLE, 0"
  })
  @Timeout(60)
  void namesWhatWentWrongAndRepeatsOnlyWhatMayPass(Way way, ProblemCode code, int requests) {
    try (FaultyPeer peer = new FaultyPeer(way);
        Relay relay = relay(peer.baseUrl())) {
      assertThat(problem(relay).code()).isEqualTo(code);
      assertThat(peer.requests()).hasSize(requests);
    }
  }

  @Test
  void waitsAsLongAsABusyServerAsksUnlessThatIsLong() throws IOException {
    try (FaultyPeer peer = new FaultyPeer(Way.IS_BUSY_FOR_A_SECOND, Way.ANSWERS);
        Relay relay = relay(peer.baseUrl())) {
      long began = System.nanoTime();
      relay.transcribe(RECORDING, NO_WISHES, share -> {});
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofSeconds(1));
    }
    try (FaultyPeer peer = new FaultyPeer(Way.IS_BUSY_FOR_A_MINUTE, Way.ANSWERS);
        Relay relay = relay(peer.baseUrl())) {
      assertThat(problem(relay).retryAfter()).isEqualTo(Duration.ofMinutes(1));
    }
  }

  @Test
  void namesAServerThatIsNotThere() throws IOException {
    int free;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }
    try (Relay relay = relay(URI.create("http://127.0.0.1:" + free + "/v1/"))) {
      assertThat(problem(relay).code()).isEqualTo(ProblemCode.BACKEND_UNAVAILABLE);
    }
  }

  @Test
  void getsThroughWhenTheServerRecovers() throws IOException {
    try (FaultyPeer peer = new FaultyPeer(Way.DROPS_WITHIN_THE_ANSWER, Way.FAILS, Way.ANSWERS);
        Relay relay = relay(peer.baseUrl())) {
      assertThat(relay.transcribe(RECORDING, NO_WISHES, share -> {}).language()).isEqualTo("de");
      assertThat(peer.requests()).hasSize(3);
    }
  }

  @Test
  void survivesAServerThatDropsEveryConnection() {
    try (FaultyPeer peer = new FaultyPeer(Way.DROPS_AT_ONCE);
        Relay relay = relay(peer.baseUrl())) {
      Problem dropped = problem(relay);
      assertThat(dropped.code()).isEqualTo(ProblemCode.BACKEND_ERROR);
      assertThat(dropped.retryAfter()).as("it may be back soon").isPositive();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "IS_BEHIND_A_PROXY, true",
    "TIMES_OUT, true",
    "IS_BUSY, true",
    "FREEZES, true",
    "NEVER_ANSWERS, false",
    "FAILS, false"
  })
  void tellsAServerThatIsAwayFromOneThatFails(Way way, boolean away) {
    try (FaultyPeer peer = new FaultyPeer(way);
        Relay relay = relay(peer.baseUrl())) {
      assertThat(problem(relay).retryAfter() != null).isEqualTo(away);
    }
  }

  @Test
  void leavesAFailingServerAloneAndTriesAgainAfterItsRest() throws IOException {
    try (FaultyPeer peer =
            new FaultyPeer(
                Way.REFUSES_THE_KEY, Way.REFUSES_THE_KEY, Way.REFUSES_THE_KEY, Way.ANSWERS);
        Relay relay = relay(peer.baseUrl())) {
      problem(relay);
      problem(relay);
      Problem resting = problem(relay);
      assertThat(resting.code()).isEqualTo(ProblemCode.BACKEND_UNAVAILABLE);
      assertThat(resting.retryAfter()).isPositive();
      assertThat(peer.requests()).hasSize(2);

      clock.move(Duration.ofSeconds(31));
      assertThat(problem(relay).code()).as("one may try").isEqualTo(ProblemCode.BACKEND_ERROR);
      assertThat(problem(relay).code()).isEqualTo(ProblemCode.BACKEND_UNAVAILABLE);
      assertThat(peer.requests()).hasSize(3);

      clock.move(Duration.ofSeconds(31));
      relay.transcribe(RECORDING, NO_WISHES, share -> {});
      relay.transcribe(RECORDING, NO_WISHES, share -> {});
      assertThat(peer.requests()).hasSize(5);
    }
  }

  @Test
  void stopsWaitingWhenTheJobIsStopped() {
    List<Double> told = new ArrayList<>();
    try (FaultyPeer peer = new FaultyPeer(Way.NEVER_ANSWERS);
        Relay relay = relay(peer.baseUrl())) {
      assertThatThrownBy(() ->
              relay.transcribe(
                  RECORDING,
                  NO_WISHES,
                  share -> {
                    told.add(share);
                    throw new IllegalStateException("stopped");
                  }))
          .hasMessage("stopped");
      assertThat(told).singleElement().satisfies(share -> assertThat(share).isBetween(0.0, 1.0));
    }
  }

  private static Problem problem(Relay relay) {
    Problem problem =
        catchThrowableOfType(
            Problem.class, () -> relay.transcribe(RECORDING, NO_WISHES, share -> {}));
    assertThat(problem).isNotNull();
    assertThat(problem.message()).doesNotContain("sk-test");
    return problem;
  }

  private Relay relay(URI baseUrl) {
    RelaySettings settings =
        RelaySettings.at(
            baseUrl, "sk-test", "large", Duration.ofSeconds(5), Duration.ofSeconds(2), 3);
    return Relay.to(
        new RelaySettings(
            settings.transcriptions(),
            settings.translations(),
            settings.key(),
            settings.model(),
            settings.connectTimeout(),
            settings.answerTimeout(),
            settings.attempts(),
            Duration.ofMillis(10),
            2,
            Duration.ofSeconds(30)),
        clock);
  }
}
