package parley.testing;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// Chromium, controlled through the DevTools protocol.
record Chromium(BrowserProgram program, PageProblems seen, Map<String, String> page)
    implements Browser {
  static Browser start(List<String> options) throws Exception {
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
    PageProblems problems = new PageProblems();
    BrowserProgram program =
        BrowserProgram.start(
            command,
            profile,
            "DevTools listening on ",
            "",
            (event, told) -> judge(problems, event, told));
    JsonNode target = program.call("Target.createTarget", Map.of("url", "about:blank"), Map.of());
    JsonNode attached =
        program.call(
            "Target.attachToTarget",
            Map.of("targetId", target.get("targetId").asString(), "flatten", true),
            Map.of());
    return new Chromium(
        program, problems, Map.of("sessionId", attached.get("sessionId").asString()));
  }

  private static void judge(PageProblems problems, String event, JsonNode told) {
    switch (event) {
      case "Runtime.consoleAPICalled", "Log.entryAdded" -> problems.add(event + " " + told);
      case "Runtime.exceptionThrown" -> problems.add(told.at("/exceptionDetails").toString());
      case "Network.requestWillBeSent" -> problems.asked(told.at("/request/url").asString());
      case "Network.responseReceived" ->
          problems.answered(
              told.at("/response/url").asString(), told.at("/response/status").asInt());
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

  @Override
  public void onEveryPage(String script) throws Exception {
    call("Page.enable", Map.of());
    call("Page.addScriptToEvaluateOnNewDocument", Map.of("source", script));
  }

  @Override
  public void open(URI address) throws Exception {
    evaluate("window.left = true");
    call("Page.navigate", Map.of("url", address.toString()));
    Eventually.holds(
        "the page is loaded",
        () -> evaluate("window.left + ' ' + document.readyState").equals("undefined complete"));
  }

  @Override
  public void watch(String origin) throws Exception {
    seen.watch(origin);
    call("Runtime.enable", Map.of());
    call("Log.enable", Map.of());
    call("Network.enable", Map.of());
  }

  @Override
  public List<String> problems() {
    return seen.take();
  }

  @Override
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

  @Override
  public byte[] screenshot() throws Exception {
    JsonNode shot = call("Page.captureScreenshot", Map.of("format", "webp", "quality", 55));
    return Base64.getDecoder().decode(shot.get("data").asString());
  }

  @Override
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

  @Override
  public void type(String text) throws Exception {
    call("Input.insertText", Map.of("text", text));
  }

  @Override
  public String evaluate(String expression) throws Exception {
    JsonNode answer =
        call(
            "Runtime.evaluate",
            Map.of("expression", expression, "userGesture", true, "awaitPromise", true));
    return BrowserProgram.value(answer);
  }

  private JsonNode call(String method, Map<String, ?> parameters) throws Exception {
    return program.call(method, parameters, page);
  }

  @Override
  public void close() throws IOException {
    program.close();
  }
}
