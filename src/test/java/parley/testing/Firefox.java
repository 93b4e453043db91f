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

/// Firefox, controlled by WebDriver BiDi, which it speaks itself.
record Firefox(BrowserProgram program, PageProblems seen, String page) implements Browser {
  /// Sound without a gesture, less motion, and nothing asked of Mozilla's servers.
  private static final String PREFERENCES =
      """
      user_pref("media.autoplay.default", 0);
      user_pref("ui.prefersReducedMotion", 1);
      user_pref("datareporting.policy.dataSubmissionEnabled", false);
      user_pref("network.captive-portal-service.enabled", false);
      user_pref("network.connectivity-service.enabled", false);
      user_pref("app.normandy.enabled", false);
      user_pref("app.update.enabled", false);
      user_pref("extensions.update.enabled", false);
      user_pref("services.settings.server", "data:,");
      """;

  private static final List<String> EVENTS =
      List.of("log.entryAdded", "network.beforeRequestSent", "network.responseCompleted");

  static Browser start() throws Exception {
    Path profile = Files.createTempDirectory("parley-browser-");
    Files.writeString(profile.resolve("user.js"), PREFERENCES);
    PageProblems problems = new PageProblems();
    BrowserProgram program =
        BrowserProgram.start(
            List.of(
                Programs.installed("firefox").toString(),
                "--headless",
                "--no-remote",
                "--remote-debugging-port=0",
                "--profile",
                profile.toString(),
                "about:blank"),
            profile,
            "WebDriver BiDi listening on ",
            "/session",
            (event, told) -> judge(problems, event, told));
    call(program, "session.new", Map.of("capabilities", Map.of()));
    JsonNode tree = call(program, "browsingContext.getTree", Map.of());
    return new Firefox(program, problems, tree.at("/contexts/0/context").asString());
  }

  private static void judge(PageProblems problems, String event, JsonNode told) {
    String url = told.at("/request/url").asString("");
    switch (event) {
      case "log.entryAdded" -> problems.add(told.toString());
      case "network.beforeRequestSent" -> problems.asked(url);
      case "network.responseCompleted" ->
          problems.answered(url, told.at("/response/status").asInt());
      default -> {
        // Nothing to judge.
      }
    }
  }

  @Override
  public void onEveryPage(String script) throws Exception {
    call("script.addPreloadScript", Map.of("functionDeclaration", "() => {" + script + "}"));
  }

  @Override
  public void open(URI address) throws Exception {
    call(
        "browsingContext.navigate",
        Map.of("context", page, "url", address.toString(), "wait", "complete"));
  }

  @Override
  public void watch(String origin) throws Exception {
    seen.watch(origin);
    call("session.subscribe", Map.of("events", EVENTS, "contexts", List.of(page)));
  }

  @Override
  public List<String> problems() {
    return seen.take();
  }

  /// Firefox 153 cannot be told whether the user prefers a dark page.
  @Override
  public void look(int width, int height, boolean dark) throws Exception {
    call(
        "browsingContext.setViewport",
        Map.of("context", page, "viewport", Map.of("width", width, "height", height)));
  }

  @Override
  public byte[] screenshot() throws Exception {
    JsonNode shot =
        call(
            "browsingContext.captureScreenshot",
            Map.of("context", page, "format", Map.of("type", "image/webp", "quality", 0.55)));
    return Base64.getDecoder().decode(shot.get("data").asString());
  }

  @Override
  public void choose(String selector, List<Path> files) throws Exception {
    JsonNode found =
        call(
            "browsingContext.locateNodes",
            Map.of("context", page, "locator", Map.of("type", "css", "value", selector)));
    call(
        "input.setFiles",
        Map.of(
            "context",
            page,
            "element",
            Map.of("sharedId", found.at("/nodes/0/sharedId").asString()),
            "files",
            files.stream().map(file -> file.toAbsolutePath().toString()).toList()));
  }

  @Override
  public void type(String text) throws Exception {
    List<Map<String, String>> keys = new ArrayList<>();
    text.codePoints()
        .mapToObj(Character::toString)
        .forEach(letter -> {
          keys.add(Map.of("type", "keyDown", "value", letter));
          keys.add(Map.of("type", "keyUp", "value", letter));
        });
    call(
        "input.performActions",
        Map.of(
            "context",
            page,
            "actions",
            List.of(Map.of("type", "key", "id", "keyboard", "actions", keys))));
  }

  @Override
  public String evaluate(String expression) throws Exception {
    JsonNode answer =
        call(
            "script.evaluate",
            Map.of(
                "expression",
                expression,
                "target",
                Map.of("context", page),
                "awaitPromise",
                true,
                "userActivation",
                true));
    return BrowserProgram.value(answer);
  }

  private JsonNode call(String method, Map<String, ?> parameters) throws Exception {
    return call(program, method, parameters);
  }

  private static JsonNode call(BrowserProgram program, String method, Map<String, ?> parameters)
      throws Exception {
    return program.call(method, parameters, Map.of());
  }

  @Override
  public void close() throws IOException {
    program.close();
  }
}
