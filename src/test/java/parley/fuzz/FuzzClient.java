package parley.fuzz;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import parley.fuzz.RawConnection.Answer;
import parley.testing.TestCaller;
import parley.testing.TestServer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// One client of the fuzzed server, with a tenant and a kept connection of its own. It remembers
/// what the server accepted.
final class FuzzClient implements Closeable {
  /// More are deleted oldest first, so that a long run does not fill the disk.
  private static final int MOST_KEPT = 50;

  private final int port;
  private final TestCaller caller;
  private final Deque<Stored> kept = new ArrayDeque<>();
  private final Map<Integer, AtomicLong> answers;
  private @Nullable RawConnection connection;

  /// What the server says it has.
  private record Stored(String id, String latin1) {}

  FuzzClient(TestServer server, Map<Integer, AtomicLong> answers) {
    this.port = server.uri("/").getPort();
    this.caller = server.newTenant();
    this.answers = answers;
  }

  static Map<Integer, AtomicLong> counters() {
    return new ConcurrentHashMap<>();
  }

  /// The head of a request, without what tells the length of its body.
  StringBuilder head(String method, String path) {
    return new StringBuilder(method)
        .append(' ')
        .append(path)
        .append(" HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ")
        .append(caller.token())
        .append("\r\n");
  }

  RawConnection connect() throws IOException {
    return RawConnection.open(port);
  }

  /// Sends a whole request on the kept connection and takes its answer.
  Answer exchange(byte[] request, boolean head) throws IOException {
    RawConnection open = connection == null ? connect() : connection;
    connection = open;
    open.send(request);
    Answer answer = checked(open.receive(head));
    if (answer.closes()) {
      open.close();
      connection = null;
    }
    return answer;
  }

  Answer exchange(StringBuilder head) throws IOException {
    boolean toHead = head.indexOf("HEAD ") == 0;
    return exchange(head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8), toHead);
  }

  /// Counts the answer. None may be a failure of the server, and every refusal has a code.
  Answer checked(Answer answer) {
    answers.computeIfAbsent(answer.status(), _ -> new AtomicLong()).incrementAndGet();
    require(answer.status() < 500, "the server failed: " + answer.status() + " " + answer.text());
    if (answer.status() >= 400 && !answer.latin1().isEmpty()) {
      JsonNode refusal = JsonMapper.shared().readTree(answer.body());
      require(
          refusal.at("/error/code").isString() || refusal.at("/code").isString(),
          "a refusal without a code: " + answer.text());
    }
    return answer;
  }

  /// Downloads what was accepted, remembers it and answers its bytes.
  byte[] accepted(Answer answer) throws IOException {
    JsonNode body = JsonMapper.shared().readTree(answer.body());
    JsonNode wave = body.at("/data/media_id");
    String id = wave.isString() ? wave.asString() : "med-" + body.at("/id").asString();
    Answer download = exchange(head("GET", "/v1/media/download/" + id));
    require(download.status() == 200, "what was accepted cannot be read: " + download);
    kept.add(new Stored(id, download.latin1()));
    if (kept.size() > MOST_KEPT) {
      delete(kept.remove());
    }
    return download.body();
  }

  /// Reads everything that is left once more, and deletes it.
  void deleteAll() throws IOException {
    for (Stored stored : List.copyOf(kept)) {
      Answer again = exchange(head("GET", "/v1/media/download/" + stored.id));
      require(again.latin1().equals(stored.latin1), stored.id + " is not what it was");
      delete(kept.remove());
    }
  }

  private void delete(Stored stored) throws IOException {
    Answer answer = exchange(head("DELETE", "/v1/media/" + stored.id));
    require(answer.status() == 204, "it cannot be deleted: " + answer.text());
  }

  /// Sends a request on a connection of its own that ends after it; null when the server ended the
  /// connection without an answer.
  @Nullable Answer exchangeAndEnd(byte[] request) throws IOException {
    try (RawConnection own = connect()) {
      own.send(request);
      own.end();
      return checked(own.receive(false));
    } catch (EOFException unanswered) {
      return null;
    } catch (SocketException reset) {
      return null;
    }
  }

  static void require(boolean condition, String otherwise) {
    if (!condition) {
      throw new AssertionError(otherwise);
    }
  }

  @Override
  public void close() throws IOException {
    if (connection != null) {
      connection.close();
    }
  }

  /// How often each status was answered, in their order.
  static String told(Map<Integer, AtomicLong> answers) {
    StringBuilder text = new StringBuilder();
    new TreeMap<>(answers)
        .forEach((status, count) ->
            text.append(String.format(Locale.ROOT, " %d: %,d", status, count.get())));
    return text.toString().strip();
  }
}
