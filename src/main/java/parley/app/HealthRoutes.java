package parley.app;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import parley.json.Json;
import parley.problem.Dialect;
import parley.web.Access;
import parley.web.Exchange;
import parley.web.Route;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// What operators and their tools ask a node: whether it lives, whether it can work, what it
/// counts, and what its API is.
final class HealthRoutes {
  private final Readiness readiness;
  private final PrometheusMeterRegistry meters;

  /// Made once, for the first who asks: reading YAML takes 25 ms of a core, and anybody may ask.
  private static final class OpenApi {
    static final byte[] JSON = json();

    private static byte[] json() {
      try (InputStream yaml =
          Objects.requireNonNull(HealthRoutes.class.getResourceAsStream("/openapi.yaml"))) {
        JsonNode document = YAMLMapper.shared().readTree(yaml);
        return Json.write(document).getBytes(StandardCharsets.UTF_8);
      } catch (IOException unreadable) {
        throw new UncheckedIOException(unreadable);
      }
    }
  }

  HealthRoutes(Readiness readiness, PrometheusMeterRegistry meters) {
    this.readiness = readiness;
    this.meters = meters;
  }

  List<Route> routes() {
    return List.of(
        Route.get("/healthz", Access.open(), HealthRoutes::alive),
        Route.get("/v1/modules/scaiecho/healthz", Access.open(), HealthRoutes::alive)
            .in(Dialect.ECHO),
        Route.get("/readyz", Access.open(), this::ready),
        Route.get("/v1/modules/scaiecho/readyz", Access.open(), this::ready).in(Dialect.ECHO),
        Route.get("/metrics", Access.open(), this::metrics),
        Route.get("/openapi.json", Access.open(), HealthRoutes::describe));
  }

  private static void alive(Exchange exchange) throws IOException {
    exchange.json(200, Map.of("status", "ok"));
  }

  private void ready(Exchange exchange) throws IOException {
    Readiness.Answer answer = readiness.ask();
    exchange.json(
        answer.ready() ? 200 : 503,
        Map.of("status", answer.ready() ? "ready" : "not ready", "checks", answer.checks()));
  }

  private void metrics(Exchange exchange) throws IOException {
    exchange.text(200, "text/plain; version=0.0.4; charset=utf-8", meters.scrape());
  }

  private static void describe(Exchange exchange) throws IOException {
    exchange.constant(200, "application/json;charset=utf-8", OpenApi.JSON);
  }
}
