package parley.web;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import parley.json.Json;
import parley.problem.Dialect;
import parley.problem.Problem;

/// A response of server-sent events (HTML standard, section 9.2), each sent at once. It begins with
/// the first one, so that what fails before has a status of its own.
public final class EventStream {
  private final Beginning beginning;
  private final String requestId;
  private @Nullable OutputStream out;

  EventStream(Beginning beginning, String requestId) {
    this.beginning = beginning;
    this.requestId = requestId;
  }

  /// Sends the status and the headers.
  @FunctionalInterface
  interface Beginning {
    OutputStream begin() throws IOException;
  }

  /// Sends an event whose data is the object as JSON. Blocks until the client has read enough of
  /// the earlier ones; throws IOException when it has gone.
  public void send(Object event) throws IOException {
    if (out == null) {
      out = beginning.begin();
    }
    out.write(("data: " + Json.write(event) + "\n\n").getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  /// Sends a problem as the last event, since the status can no longer tell it; throws it where
  /// nothing has been sent.
  public void fail(Problem problem, Dialect dialect) throws IOException {
    if (out == null) {
      throw problem;
    }
    send(ProblemBody.of(problem, dialect, requestId));
  }
}
