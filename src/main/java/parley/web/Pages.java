package parley.web;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.storage.Sha256;

/// Serves web pages: the files of a folder on the class path, for anyone.
public final class Pages {
  /// The hash in the name of a file that never changes, as esbuild writes it.
  private static final Pattern HASHED = Pattern.compile("-[A-Z0-9]{8}\\.[a-z]+$");

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html;charset=utf-8",
          "css", "text/css;charset=utf-8",
          "js", "text/javascript;charset=utf-8",
          "svg", "image/svg+xml");

  private final List<String> folders;
  private final String policy;
  private final Map<String, Page> loaded = new ConcurrentHashMap<>();

  private Pages(List<String> folders, Optional<URI> asked) {
    this.folders = folders;
    this.policy = policy(asked.map(Pages::origin).orElse(""));
  }

  /// Pages load resources from this server only, and inline scripts and styles have no effect.
  /// `blob:` is what a script itself has loaded, such as a picture that needs a token.
  ///
  /// @param asked another server that scripts may ask
  private static String policy(String asked) {
    return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:;"
        + (" media-src 'self' blob:; connect-src " + ("'self' " + asked).strip() + ";")
        + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
  }

  private static String origin(URI server) {
    return server.getScheme() + "://" + server.getRawAuthority();
  }

  /// Serves `pages/{folder}` from the class path below `/{folder}`, with its `index.html` at
  /// `/{folder}` itself. File names are letters, digits and hyphens with an extension; one with a
  /// hash of its content, such as `main-7H2K4QXZ.js`, may be kept for ever.
  ///
  /// @param asked another server that the pages' scripts may ask
  public static List<Route> routes(String folder, Optional<URI> asked) {
    return new Pages(List.of("/pages/" + folder), asked).routesBelow("/" + folder);
  }

  /// Serves `pages/{folder}` likewise, plus the files of Swagger UI.
  public static List<Route> routesWithSwaggerUi(String folder) {
    return new Pages(List.of("/pages/" + folder, swaggerUi()), Optional.empty())
        .routesBelow("/" + folder);
  }

  /// The folder of the files in Swagger UI's jar.
  private static String swaggerUi() {
    Properties jar = new Properties();
    try (InputStream told =
        Objects.requireNonNull(
            Pages.class.getResourceAsStream(
                "/META-INF/maven/org.webjars/swagger-ui/pom.properties"))) {
      jar.load(told);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return "/META-INF/resources/webjars/swagger-ui/" + jar.getProperty("version");
  }

  private List<Route> routesBelow(String path) {
    return List.of(
        Route.get(path, Access.open(), exchange -> answer(exchange, "index.html")),
        Route.get(
            path + "/{file}",
            Access.open(),
            exchange ->
                answer(exchange, exchange.path("file", Optional::of, ProblemCode.NOT_FOUND))));
  }

  /// A file, cached in compressed form.
  private record Page(
      int length,
      @SuppressWarnings("ArrayRecordComponent") byte[] compressed,
      Preconditions state) {
    static Page of(byte[] content) throws IOException {
      ByteArrayOutputStream compressed = new ByteArrayOutputStream();
      try (GZIPOutputStream out = new GZIPOutputStream(compressed)) {
        out.write(content);
      }
      return new Page(
          content.length,
          compressed.toByteArray(),
          new Preconditions(Sha256.ofContent(content).hex(), Instant.EPOCH));
    }
  }

  private void answer(Exchange exchange, String file) throws IOException {
    String type = TYPES.get(file.substring(file.lastIndexOf('.') + 1));
    Page page = type == null || !file.matches("[A-Za-z0-9-]+\\.[a-z]+") ? null : page(file);
    if (type == null || page == null) {
      throw new Problem(ProblemCode.NOT_FOUND, "There is no such page.");
    }
    exchange
        .setHeader("Content-Security-Policy", policy)
        .setHeader("Permissions-Policy", "microphone=(self)")
        .setHeader("Referrer-Policy", "no-referrer")
        .setHeader("X-Content-Type-Options", "nosniff")
        .setHeader("ETag", page.state.entityTag())
        .setHeader("Vary", "Accept-Encoding")
        .setHeader(
            "Cache-Control",
            // A new version of the server may have new pages.
            HASHED.matcher(file).find() ? "public, max-age=31536000, immutable" : "no-cache");
    if (page.state.isNotModified(exchange.header("If-None-Match").orElse(null), null)) {
      exchange.empty(304);
    } else if (exchange.header("Accept-Encoding").orElse("").matches(".*\\bgzip\\b(?!;q=0).*")) {
      exchange.setHeader("Content-Encoding", "gzip").constant(200, type, page.compressed);
    } else {
      exchange.bytes(
          200,
          type,
          page.length,
          () -> new GZIPInputStream(new ByteArrayInputStream(page.compressed)));
    }
  }

  private @Nullable Page page(String file) throws IOException {
    Page known = loaded.get(file);
    if (known != null) {
      return known;
    }
    for (String folder : folders) {
      try (InputStream content = Pages.class.getResourceAsStream(folder + "/" + file)) {
        if (content != null) {
          Page page = Page.of(content.readAllBytes());
          loaded.put(file, page);
          return page;
        }
      }
    }
    return null;
  }
}
