package parley.speech.relay;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/// A server that speaks HTTP and goes wrong in the ways that servers do: the next one of a list at
/// each request, the last of them for ever.
public final class FaultyPeer implements AutoCloseable {
  /// How a request ends.
  public enum Way {
    ANSWERS,
    ANSWERS_NONSENSE,
    ANSWERS_WITHOUT_TIMES,
    ANSWERS_IMPOSSIBLE_TIMES,
    REDIRECTS,
    REFUSES_THE_KEY,
    REFUSES_THE_FILE,
    FAILS,
    IS_BUSY,
    IS_BUSY_FOR_A_SECOND,
    IS_BUSY_FOR_A_MINUTE,
    TIMES_OUT,
    IS_BEHIND_A_PROXY,
    DROPS_AT_ONCE,
    DROPS_WITHIN_THE_ANSWER,
    NEVER_ANSWERS,
    /// With as many objects as fit into an answer.
    ANSWERS_WITH_EMPTY_WORDS,
    /// Stands still from its first recording on, for every connection.
    FREEZES,
    /// Stands still in the middle of telling that it lives.
    FREEZES_WITHIN_A_PROBE,
    /// Never ends to tell that it lives.
    ANSWERS_A_PROBE_WITHOUT_END
  }

  private static final String TRANSCRIPT =
      """
      {"task": "transcribe", "language": "german", "duration": 2.5, "text": "Guten Tag. Hallo.",
       "segments": [{"id": 0, "start": 0.1, "end": 1.2, "text": " Guten Tag.",
                     "avg_logprob": -0.25, "no_speech_prob": 0.5},
                    {"id": 1, "start": 1.4, "end": 2.4, "text": " Hallo."}],
       "words": [{"word": "Guten", "start": 0.1, "end": 0.5}, {"word": "Tag.", "start": 0.6, "end": 1.2},
                 {"word": "Hallo.", "start": 1.5, "end": 2.3}]}
      """;

  private static final String IMPOSSIBLE =
      """
      {"language": "german", "duration": 1e300, "text": "Guten Tag. Hallo. Ja.",
       "segments": [{"start": -5, "end": 1.2, "text": " Guten Tag."},
                    {"start": 1.4, "end": 1e300, "text": " Hallo."},
                    {"start": 900, "end": 901, "text": " Ja."}]}
      """;

  private final ServerSocket socket;
  private final List<Way> ways;
  private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
  private final List<Socket> open = Collections.synchronizedList(new ArrayList<>());

  private volatile boolean frozen;

  public FaultyPeer(Way first, Way... next) {
    try {
      socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    ways = new ArrayList<>(List.of(next));
    ways.addFirst(first);
    Thread.ofVirtual().start(this::serve);
  }

  /// Where its API begins.
  public URI baseUrl() {
    return URI.create("http://127.0.0.1:" + socket.getLocalPort() + "/v1");
  }

  /// All requests so far, each with its head and body as Latin-1.
  public List<String> requests() {
    return List.copyOf(requests);
  }

  @Override
  public void close() {
    try {
      socket.close();
      for (Socket connection : List.copyOf(open)) {
        connection.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void serve() {
    while (!socket.isClosed()) {
      try {
        Socket connection = socket.accept();
        open.add(connection);
        Thread.ofVirtual().start(() -> answer(connection));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void answer(Socket connection) {
    try (connection) {
      InputStream in = new BufferedInputStream(connection.getInputStream());
      String head = head(in);
      if (head.isEmpty()) {
        return;
      }
      if (frozen) {
        in.read();
        return;
      }
      if (head.startsWith("GET ")) {
        tellWhetherItLives(connection, in);
        return;
      }
      Way way = next();
      if (way == Way.DROPS_AT_ONCE) {
        requests.add(head);
        return;
      }
      String body = new String(in.readNBytes(length(head)), StandardCharsets.ISO_8859_1);
      requests.add(head + body);
      frozen = way == Way.FREEZES;
      switch (way) {
        case ANSWERS -> write(connection, "200 OK", TRANSCRIPT);
        case ANSWERS_NONSENSE -> write(connection, "200 OK", "<html>welcome</html>");
        case ANSWERS_WITHOUT_TIMES -> write(connection, "200 OK", "{\"text\": \"Only this.\"}");
        case ANSWERS_IMPOSSIBLE_TIMES -> write(connection, "200 OK", IMPOSSIBLE);
        case REDIRECTS ->
            write(connection, "307 Temporary Redirect\r\nLocation: " + baseUrl() + "/other", "");
        case REFUSES_THE_KEY -> write(connection, "401 Unauthorized", "{}");
        case REFUSES_THE_FILE -> write(connection, "400 Bad Request", "{}");
        case FAILS -> write(connection, "500 Internal Server Error", "{}");
        case IS_BUSY -> write(connection, "429 Too Many Requests", "{}");
        case IS_BUSY_FOR_A_SECOND ->
            write(connection, "429 Too Many Requests\r\nRetry-After: 1", "{}");
        case IS_BUSY_FOR_A_MINUTE ->
            write(connection, "429 Too Many Requests\r\nRetry-After: 60", "{}");
        case IS_BEHIND_A_PROXY -> write(connection, "502 Bad Gateway", "<html>");
        case TIMES_OUT -> write(connection, "408 Request Timeout", "{}");
        case DROPS_WITHIN_THE_ANSWER -> {
          send(
              connection,
              "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n{\"text\": \"half an ans");
        }
        case ANSWERS_WITH_EMPTY_WORDS ->
            write(
                connection,
                "200 OK",
                "{\"text\": \"Guten Tag.\", \"words\": [" + "{},".repeat(5_000_000) + "{}]}");
        // Waits for the other side to give up.
        case NEVER_ANSWERS, FREEZES -> in.read();
        case DROPS_AT_ONCE, FREEZES_WITHIN_A_PROBE, ANSWERS_A_PROBE_WITHOUT_END ->
            throw new IllegalStateException();
      }
    } catch (IOException gone) {
      // The other side gave up, or the test is over.
    }
  }

  private void tellWhetherItLives(Socket connection, InputStream in) throws IOException {
    switch (upcoming()) {
      case FREEZES_WITHIN_A_PROBE -> {
        send(connection, "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n{\"data\": [");
        in.read();
      }
      case ANSWERS_A_PROBE_WITHOUT_END -> {
        send(connection, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
        while (true) {
          send(connection, " ".repeat(65_536));
        }
      }
      default -> write(connection, "404 Not Found", "{}");
    }
  }

  private synchronized Way upcoming() {
    return ways.getFirst();
  }

  private synchronized Way next() {
    return ways.size() > 1 ? ways.removeFirst() : ways.getFirst();
  }

  private static String head(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        return "";
      }
      head.write(next);
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  private static int length(String head) {
    return head.lines()
        .map(line -> line.toLowerCase(Locale.ROOT))
        .filter(line -> line.startsWith("content-length:"))
        .mapToInt(line -> Integer.parseInt(line.substring("content-length:".length()).strip()))
        .findFirst()
        .orElseThrow();
  }

  private static void write(Socket connection, String status, String body) throws IOException {
    int length = body.getBytes(StandardCharsets.UTF_8).length;
    send(
        connection,
        "HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
            .formatted(status, length, body));
  }

  private static void send(Socket connection, String text) throws IOException {
    connection.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    connection.getOutputStream().flush();
  }
}
