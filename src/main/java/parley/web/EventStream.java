package parley.web;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import parley.json.Json;
import parley.problem.Dialect;
import parley.problem.Problem;

/// A response of server-sent events (HTML standard, section 9.2), each sent at once.
public final class EventStream {
  private final OutputStream out;
  private final String requestId;

  EventStream(OutputStream out, String requestId) {
    this.out = out;
    this.requestId = requestId;
  }

  /// Sends an event whose data is the object as JSON. Blocks until the client has read enough of
  /// the earlier ones; throws IOException when it has gone.
  public void send(Object event) throws IOException {
    out.write(("data: " + Json.write(event) + "\n\n").getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  /// Sends a problem as the last event, since the status can no longer tell it.
  public void fail(Problem problem, Dialect dialect) throws IOException {
    send(ProblemBody.of(problem, dialect, requestId));
  }
}
