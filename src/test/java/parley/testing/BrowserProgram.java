package parley.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The program of a browser, with the connection through which it is controlled: numbered calls
/// with answers, and events, as both the DevTools protocol and WebDriver BiDi have them.
final class BrowserProgram implements AutoCloseable {
  /// Long, for loaded machines; a passing test never waits for it.
  private static final long LIMIT_SECONDS = 60;

  private final Process process;
  private final Path profile;
  private final WebSocket socket;
  private final Messages messages;
  private final AtomicInteger calls = new AtomicInteger();

  private BrowserProgram(Process process, Path profile, WebSocket socket, Messages messages) {
    this.process = process;
    this.profile = profile;
    this.socket = socket;
    this.messages = messages;
  }

  /// Starts a browser.
  ///
  /// @param profile an own folder, which is deleted at the end
  /// @param announced what precedes the connection's address in the program's output
  /// @param path appended to that address
  /// @param heard told of each event, with its parameters
  static BrowserProgram start(
      List<String> command,
      Path profile,
      String announced,
      String path,
      BiConsumer<String, JsonNode> heard)
      throws Exception {
    ProcessBuilder program = new ProcessBuilder(command).redirectErrorStream(true);
    // Without a language, Chromium calls its own en-US@posix, which no page can use.
    program.environment().put("LANG", "en_US.UTF-8");
    Process process = program.start();
    Messages messages = new Messages(heard);
    WebSocket socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .buildAsync(URI.create(address(process, announced) + path), messages)
            .get(LIMIT_SECONDS, TimeUnit.SECONDS);
    return new BrowserProgram(process, profile, socket, messages);
  }

  private static String address(Process process, String announced) throws IOException {
    BufferedReader output = process.inputReader();
    StringBuilder said = new StringBuilder();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.startsWith(announced)) {
        Thread.ofVirtual().start(() -> output.lines().forEach(rest -> {}));
        return line.substring(announced.length()).strip();
      }
      said.append(line).append('\n');
    }
    throw new IOException("the browser did not start: " + said);
  }

  /// Calls a method and returns its result.
  ///
  /// @param more fields of the message besides the method and its parameters
  JsonNode call(String method, Map<String, ?> parameters, Map<String, ?> more) throws Exception {
    int id = calls.incrementAndGet();
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    messages.awaited.put(id, answer);
    Map<String, Object> call = new ConcurrentHashMap<>(more);
    call.put("id", id);
    call.put("method", method);
    call.put("params", parameters);
    socket.sendText(JsonMapper.shared().writeValueAsString(call), true).join();
    return answer.get(LIMIT_SECONDS, TimeUnit.SECONDS);
  }

  /// The value of what was evaluated in a page, as a string.
  ///
  /// @param answer as both protocols put it
  static String value(JsonNode answer) {
    if (answer.has("exceptionDetails")) {
      throw new AssertionError(answer.get("exceptionDetails").toString());
    }
    return answer.at("/result/value").asString("");
  }

  @Override
  public void close() throws IOException {
    socket.abort();
    List<ProcessHandle> all =
        Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
    all.forEach(ProcessHandle::destroyForcibly);
    all.forEach(one -> one.onExit().join());
    try (Stream<Path> files = Files.walk(profile)) {
      for (Path file : files.sorted((one, other) -> other.compareTo(one)).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static final class Messages implements WebSocket.Listener {
    final Map<Integer, CompletableFuture<JsonNode>> awaited = new ConcurrentHashMap<>();
    private final BiConsumer<String, JsonNode> heard;
    private final StringBuilder partial = new StringBuilder();

    Messages(BiConsumer<String, JsonNode> heard) {
      this.heard = heard;
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence piece, boolean last) {
      partial.append(piece);
      if (last) {
        JsonNode message = JsonMapper.shared().readTree(partial.toString());
        partial.setLength(0);
        CompletableFuture<JsonNode> waiting = awaited.remove(message.path("id").asInt(0));
        if (waiting == null) {
          heard.accept(message.path("method").asString(""), message.path("params"));
        } else if (message.has("error")) {
          waiting.completeExceptionally(new IOException(message.toString()));
        } else {
          waiting.complete(message.get("result"));
        }
      }
      from.request(1);
      return null;
    }
  }
}
