package parley.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A real WebRTC client, LiveKit's for Node, in a separate process that can be killed.
public final class TestParticipant implements AutoCloseable {
  private static final Path SCRIPT = Path.of("src/test/resources/livekit/participant.mjs");

  private final Process process;
  private final BufferedReader answers;
  private final Writer deeds;

  private TestParticipant(Process process) {
    this.process = process;
    this.answers = process.inputReader(StandardCharsets.UTF_8);
    this.deeds = process.outputWriter(StandardCharsets.UTF_8);
  }

  /// Creates a client that is not connected yet.
  public static TestParticipant start() {
    try {
      return new TestParticipant(
          new ProcessBuilder(
                  Programs.installed("node").toString(), SCRIPT.toAbsolutePath().toString())
              .directory(Programs.installed("rtc-node").toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Connects; returns an empty string, or LiveKit's reason for refusing.
  public String connect(String url, String token) {
    return say(Map.of("deed", "connect", "url", url, "token", token)).path("error").asString("");
  }

  /// Publishes audio and, if wanted, video.
  public void publish(boolean video) {
    done(Map.of("deed", "publish", "video", video));
  }

  /// Unpublishes the audio.
  public void silence() {
    done(Map.of("deed", "silence"));
  }

  /// Disconnects.
  public void disconnect() {
    done(Map.of("deed", "disconnect"));
  }

  /// The number of other participants it sees.
  public int others() {
    return done(Map.of("deed", "others")).path("others").size();
  }

  private JsonNode done(Map<String, Object> deed) {
    JsonNode answer = say(deed);
    if (!answer.path("ok").asBoolean()) {
      throw new IllegalStateException(deed + ": " + answer);
    }
    return answer;
  }

  private JsonNode say(Map<String, Object> deed) {
    try {
      deeds.write(JsonMapper.shared().writeValueAsString(deed) + "\n");
      deeds.flush();
      for (String line = answers.readLine(); line != null; line = answers.readLine()) {
        if (line.startsWith("answer ")) {
          return JsonMapper.shared().readTree(line.substring("answer ".length()));
        }
      }
      throw new IllegalStateException("the client ended");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Like a power failure of its machine: nobody is notified.
  public void kill() {
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    kill();
  }
}
