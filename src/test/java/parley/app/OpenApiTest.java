package parley.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import parley.testing.TestServer;
import tools.jackson.databind.JsonNode;

@Tag("slow")
class OpenApiTest {
  private final TestServer server = TestServer.shared();

  @Test
  void describesExactlyTheRoutesThatAreRegistered() {
    JsonNode document = server.stranger().get("/openapi.json").json();

    Set<String> described = new TreeSet<>();
    document
        .get("paths")
        .properties()
        .forEach(path ->
            path.getValue()
                .propertyNames()
                .forEach(method -> described.add(method + " " + path.getKey())));

    assertThat(described).isEqualTo(server.routes());
  }

  @Test
  void refersOnlyToWhatItDefines() {
    JsonNode document = server.stranger().get("/openapi.json").json();

    assertThat(document.findValuesAsString("$ref"))
        .isNotEmpty()
        .allSatisfy(reference ->
            assertThat(document.at(reference.substring(1)).isMissingNode())
                .as(reference)
                .isFalse());
  }

  @Test
  void marksAsOpenExactlyTheRoutesThatAnswerWithoutAToken() {
    JsonNode paths = server.stranger().get("/openapi.json").json().get("paths");
    for (String route : server.routes()) {
      String[] parts = route.split(" ", 2);
      JsonNode security = paths.get(parts[1]).get(parts[0]).path("security");
      boolean open = security.isArray() && security.isEmpty();

      int status =
          server
              .stranger()
              .send(parts[0].toUpperCase(Locale.ROOT), filled(parts[1]), "{}")
              .status();

      assertThat(status == 401).as(route).isEqualTo(!open);
    }
  }

  private static String filled(String template) {
    return template.replaceAll("\\{[a-z_]+}", "unknown");
  }
}
