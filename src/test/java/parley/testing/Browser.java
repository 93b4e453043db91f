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
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
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
    ProcessBuilder program = new ProcessBuilder(command).redirectErrorStream(true);
    // Without a language, it calls its own en-US@posix, which no page can use.
    program.environment().put("LANG", "en_US.UTF-8");
    Process process = program.start();
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

  /// Runs a script at the start of every page that is loaded from now on.
  public void onEveryPage(String script) throws Exception {
    call("Page.enable", Map.of());
    call("Page.addScriptToEvaluateOnNewDocument", Map.of("source", script));
  }

  /// Navigates to a page, and waits until it is there.
  public void open(URI address) throws Exception {
    evaluate("window.left = true");
    call("Page.navigate", Map.of("url", address.toString()));
    Eventually.holds(
        "the page is loaded",
        () -> evaluate("window.left + ' ' + document.readyState").equals("undefined complete"));
  }

  /// Watches what the page does from now on, for [#problems].
  ///
  /// @param origin the only one that it may load from
  public void watch(String origin) throws Exception {
    answers.origin = origin;
    call("Runtime.enable", Map.of());
    call("Log.enable", Map.of());
    call("Network.enable", Map.of());
  }

  /// What went wrong since [#watch]: failed requests, requests to other servers, and everything in
  /// the page's log. Forgets them.
  public List<String> problems() {
    List<String> problems = new ArrayList<>();
    for (String next = answers.problems.poll(); next != null; next = answers.problems.poll()) {
      problems.add(next);
    }
    return problems;
  }

  /// Sets the size of the page and whether the user prefers a dark one.
  public void look(int width, int height, boolean dark) throws Exception {
    call(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    call(
        "Emulation.setEmulatedMedia",
        Map.of(
            "features",
            List.of(
                Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"),
                Map.of("name", "prefers-reduced-motion", "value", "reduce"))));
  }

  /// A picture of what is visible of the page, as WebP.
  public byte[] screenshot() throws Exception {
    JsonNode shot = call("Page.captureScreenshot", Map.of("format", "webp", "quality", 55));
    return Base64.getDecoder().decode(shot.get("data").asString());
  }

  /// Chooses files in a file field, as a user would.
  public void choose(String selector, List<Path> files) throws Exception {
    JsonNode field =
        call(
            "Runtime.evaluate", Map.of("expression", "document.querySelector('" + selector + "')"));
    call(
        "DOM.setFileInputFiles",
        Map.of(
            "files",
            files.stream().map(file -> file.toAbsolutePath().toString()).toList(),
            "objectId",
            field.at("/result/objectId").asString()));
  }

  /// Types into the element that has the focus.
  public void type(String text) throws Exception {
    call("Input.insertText", Map.of("text", text));
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
    final Queue<String> problems = new ConcurrentLinkedQueue<>();
    volatile String origin = "";
    private final StringBuilder partial = new StringBuilder();

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence piece, boolean last) {
      partial.append(piece);
      if (last) {
        JsonNode message = JsonMapper.shared().readTree(partial.toString());
        partial.setLength(0);
        judge(message.path("method").asString(""), message.path("params"));
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

    private void judge(String event, JsonNode told) {
      switch (event) {
        case "Runtime.consoleAPICalled", "Log.entryAdded" -> problems.add(event + " " + told);
        case "Runtime.exceptionThrown" -> problems.add(told.at("/exceptionDetails").toString());
        case "Network.requestWillBeSent" -> {
          String url = told.at("/request/url").asString();
          if (!url.startsWith(origin) && !url.startsWith("blob:") && !url.startsWith("data:")) {
            problems.add("asked another server: " + url);
          }
        }
        case "Network.responseReceived" -> {
          if (told.at("/response/status").asInt() >= 400) {
            problems.add(told.at("/response/status") + " " + told.at("/response/url"));
          }
        }
        case "Network.loadingFailed" -> {
          if (!told.path("canceled").asBoolean()) {
            problems.add("failed: " + told);
          }
        }
        default -> {
          // Nothing to judge.
        }
      }
    }
  }
}
