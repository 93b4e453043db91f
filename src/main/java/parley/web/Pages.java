package parley.web;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import parley.problem.Problem;
import parley.problem.ProblemCode;

/// Pages for people: the files of a folder of the class path, for anyone to read.
public final class Pages {
  /// All that a page may load comes from here; nothing runs that stands in its text.
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html;charset=utf-8",
          "css", "text/css;charset=utf-8",
          "js", "text/javascript;charset=utf-8",
          "svg", "image/svg+xml");

  private final String path;

  private Pages(String path) {
    this.path = path;
  }

  /// Serves `pages/{folder}` of the class path below `/{folder}`, its `index.html` at `/{folder}`
  /// itself. File names are lower-case letters, digits and hyphens with an ending.
  public static List<Route> routes(String folder) {
    Pages pages = new Pages("/" + folder);
    return List.of(
        Route.get(pages.path, Access.open(), exchange -> pages.answer(exchange, "index.html")),
        Route.get(
            pages.path + "/{file}",
            Access.open(),
            exchange ->
                pages.answer(
                    exchange, exchange.path("file", Optional::of, ProblemCode.NOT_FOUND))));
  }

  private void answer(Exchange exchange, String file) throws IOException {
    String type = TYPES.get(file.substring(file.lastIndexOf('.') + 1));
    if (type == null || !file.matches("[a-z0-9-]+\\.[a-z]+")) {
      throw absent();
    }
    try (InputStream page = Pages.class.getResourceAsStream("/pages" + path + "/" + file)) {
      if (page == null) {
        throw absent();
      }
      byte[] content = page.readAllBytes();
      exchange
          .setHeader("Content-Security-Policy", POLICY)
          .setHeader("Permissions-Policy", "microphone=(self)")
          .setHeader("Referrer-Policy", "no-referrer")
          .setHeader("X-Content-Type-Options", "nosniff")
          // A new version of the server has new pages.
          .setHeader("Cache-Control", "no-cache");
      exchange.stream(200, type, content.length).write(content);
    }
  }

  private static Problem absent() {
    return new Problem(ProblemCode.NOT_FOUND, "There is no such page.");
  }
}
