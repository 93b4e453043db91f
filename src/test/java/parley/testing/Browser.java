package parley.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Headless Chromium, controlled through the DevTools protocol.
public final class Browser implements AutoCloseable {
  private static final String ANNOUNCED = "DevTools listening on ";

  /// Long, for loaded machines; a passing test never waits for it.
  private static final long LIMIT_SECONDS = 60;

  private final Process process;
  private final Path profile;
  private final WebSocket socket;
  private final Answers answers;
  private final AtomicInteger calls = new AtomicInteger();
  private String page = "";

  private Browser(Process process, Path profile, WebSocket socket, Answers answers) {
    this.process = process;
    this.profile = profile;
    this.socket = socket;
    this.answers = answers;
  }

  /// Starts on an empty page; the caller closes the browser.
  public static Browser start() throws Exception {
    return start(List.of());
  }

  /// Like [#start()] with a microphone that plays a recording once.
  ///
  /// @param microphone a 16-bit WAV file
  public static Browser start(Path microphone) throws Exception {
    return start(
        List.of(
            "--autoplay-policy=no-user-gesture-required",
            "--use-fake-device-for-media-stream",
            "--use-fake-ui-for-media-stream",
            "--use-file-for-fake-audio-capture=" + microphone + "%noloop"));
  }

  private static Browser start(List<String> options) throws Exception {
    Path profile = Files.createTempDirectory("parley-browser-");
    List<String> command =
        new ArrayList<>(
            List.of(
                Programs.installed("chromium").toString(),
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile));
    command.addAll(options);
    command.add("about:blank");
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    Answers answers = new Answers();
    WebSocket socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .buildAsync(address(process), answers)
            .get(LIMIT_SECONDS, TimeUnit.SECONDS);
    Browser browser = new Browser(process, profile, socket, answers);
    JsonNode target = browser.call("Target.createTarget", Map.of("url", "about:blank"));
    browser.page =
        browser
            .call(
                "Target.attachToTarget",
                Map.of("targetId", target.get("targetId").asString(), "flatten", true))
            .get("sessionId")
            .asString();
    return browser;
  }

  private static URI address(Process process) throws IOException {
    BufferedReader output = process.inputReader();
    StringBuilder said = new StringBuilder();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.startsWith(ANNOUNCED)) {
        // Drains the remaining output.
        Thread.ofVirtual().start(() -> drain(output));
        return URI.create(line.substring(ANNOUNCED.length()).strip());
      }
      said.append(line).append('\n');
    }
    throw new IOException("Chromium did not start: " + said);
  }

  private static void drain(BufferedReader output) {
    try {
      while (output.readLine() != null) {
        // The rest of the output is not needed.
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Navigates to a page.
  public void open(URI address) throws Exception {
    call("Page.navigate", Map.of("url", address.toString()));
    Eventually.holds(
        "the page is loaded",
        () -> evaluate("location.href + ' ' + document.readyState").equals(address + " complete"));
  }

  /// Evaluates an expression in the page; returns its value as a string.
  public String evaluate(String expression) throws Exception {
    JsonNode answer =
        call(
            "Runtime.evaluate",
            Map.of("expression", expression, "userGesture", true, "awaitPromise", true));
    if (answer.has("exceptionDetails")) {
      throw new AssertionError(answer.get("exceptionDetails").toString());
    }
    return answer.at("/result/value").asString("");
  }

  private JsonNode call(String method, Map<String, Object> parameters) throws Exception {
    int id = calls.incrementAndGet();
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    answers.awaited.put(id, answer);
    Map<String, Object> call =
        page.isEmpty()
            ? Map.of("id", id, "method", method, "params", parameters)
            : Map.of("id", id, "method", method, "params", parameters, "sessionId", page);
    socket.sendText(JsonMapper.shared().writeValueAsString(call), true).join();
    return answer.get(LIMIT_SECONDS, TimeUnit.SECONDS);
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

  private static final class Answers implements WebSocket.Listener {
    final Map<Integer, CompletableFuture<JsonNode>> awaited = new ConcurrentHashMap<>();
    private final StringBuilder partial = new StringBuilder();

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence piece, boolean last) {
      partial.append(piece);
      if (last) {
        JsonNode message = JsonMapper.shared().readTree(partial.toString());
        partial.setLength(0);
        CompletableFuture<JsonNode> waiting = awaited.remove(message.path("id").asInt(0));
        if (waiting != null) {
          if (message.has("error")) {
            waiting.completeExceptionally(new IOException(message.get("error").toString()));
          } else {
            waiting.complete(message.get("result"));
          }
        }
      }
      from.request(1);
      return null;
    }
  }
}
