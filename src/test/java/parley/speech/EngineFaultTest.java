package parley.speech;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import parley.speech.engine.SpeechEngine;
import parley.speech.relay.Relay;
import parley.speech.relay.RelaySettings;
import parley.speech.transcript.Progress;
import parley.speech.transcript.SpeechOptions;
import parley.speech.transcript.Transcriber;
import parley.speech.transcript.Transcript;
import parley.testing.TestServer;

@Tag("server")
class EngineFaultTest {
  private static final Path RECORDING = Recordings.recording("jfk-3s.flac");

  @Test
  void fallsOverToTheRelayWhenTheEngineFails() throws Exception {
    TestServer peer = TestServer.shared();
    RelaySettings settings =
        RelaySettings.at(
            peer.uri("/v1"),
            peer.newTenant().token(),
            "whisper-1",
            Duration.ofSeconds(10),
            Duration.ofMinutes(2),
            1);
    try (Relay relay = Relay.to(settings, Clock.systemUTC())) {
      Backends backends =
          new Backends(Map.of(Backend.A, broken(), Backend.B, relay), new Announced());

      Backends.Heard heard =
          backends.transcribe(
              List.of(Backend.A, Backend.B), RECORDING, SpeechOptions.PLAIN, share -> {});

      assertThat(heard.backend()).isEqualTo(Backend.B);
      assertThat(heard.model()).isEqualTo("whisper-1");
      assertThat(heard.transcript().text()).contains("my fellow Americans");
      // Where the policy allows no other, the fault stays one, and the job is tried once more.
      assertThatThrownBy(() ->
              backends.transcribe(List.of(Backend.A), RECORDING, SpeechOptions.PLAIN, share -> {}))
          .isNotInstanceOf(parley.problem.Problem.class);
    }
  }

  /// An engine whose models are gone.
  private static Transcriber broken() throws IOException {
    SpeechEngine engine = SpeechEngine.load(Path.of("models"), 1, Recordings.decoder());
    engine.close();
    return new Transcriber() {
      @Override
      public String model() {
        return "none";
      }

      @Override
      public Transcript transcribe(Path recording, SpeechOptions options, Progress progress)
          throws IOException {
        return engine.transcribe(recording, options, progress::accept);
      }
    };
  }

  /// What the recording says of itself.
  private static final class Announced implements RecordingLength {
    @Override
    public Optional<Duration> of(Path recording) {
      return Optional.of(measured(recording));
    }

    @Override
    public Duration measured(Path recording) {
      return Duration.ofSeconds(11);
    }
  }
}
