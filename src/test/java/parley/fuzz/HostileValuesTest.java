package parley.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestServer;
import tools.jackson.databind.JsonNode;

/// Values that programs stumble over, in every parameter and every field of every operation that
/// the OpenAPI document describes: whatever a caller sends, the server is not at fault.
@Tag("slow")
class HostileValuesTest {
  private static final TestServer SERVER = TestServer.shared();

  private static final List<String> IN_ADDRESSES =
      List.of(
          "%00",
          "a%00b",
          "%ED%A0%80",
          "%FF",
          "%2B999999999-12-31",
          "-999999999-01-01T00:00:00Z",
          "9999-12-31T23:59:59.999999999Z",
          "99999999999999999999",
          "-1",
          "1e999",
          "%E2%80%AE",
          "%F0%9F%98%80".repeat(500));

  private static final List<String> IN_JSON =
      List.of(
          "\"\\u0000\"",
          "\"a\\u0000b\"",
          "\"\\ud800\"",
          "\"+999999999-12-31T00:00:00Z\"",
          "\"9999-12-31T23:59:59.999999999Z\"",
          "99999999999999999999",
          "-1",
          "1e999",
          "0.5",
          "null",
          "true",
          "[]",
          "[null]",
          "{}",
          "\"" + "😀".repeat(2000) + "\"");

  /// One operation of the document.
  record Operation(String method, String path, JsonNode description) {
    @Override
    public String toString() {
      return method + " " + path;
    }
  }

  static Stream<Operation> operations() {
    List<Operation> operations = new ArrayList<>();
    document()
        .get("paths")
        .properties()
        .forEach(path ->
            path.getValue()
                .properties()
                .forEach(operation ->
                    operations.add(
                        new Operation(
                            operation.getKey().toUpperCase(Locale.ROOT),
                            path.getKey(),
                            operation.getValue()))));
    return operations.stream().filter(operation -> !operation.path.endsWith("/stream"));
  }

  @ParameterizedTest
  @MethodSource("operations")
  void areTheCallersFault(Operation operation) {
    TestCaller caller = SERVER.newTenant();
    for (String value : IN_ADDRESSES) {
      if (operation.path.contains("{")) {
        judge(caller, operation, operation.path.replaceAll("\\{[a-z_]+}", value), "{}");
      }
      for (JsonNode described : operation.description.path("parameters")) {
        JsonNode parameter = resolved(described);
        if (parameter.path("in").asString("").equals("query")) {
          String query = "?" + parameter.get("name").asString() + "=" + value;
          judge(caller, operation, filled(operation) + query, "{}");
        }
      }
    }
    JsonNode schema = resolved(operation.description.at("/requestBody/content/application~1json"));
    resolved(schema.path("schema"))
        .path("properties")
        .propertyNames()
        .forEach(field -> {
          for (String value : IN_JSON) {
            judge(caller, operation, filled(operation), "{\"" + field + "\": " + value + "}");
          }
        });
  }

  private static void judge(TestCaller caller, Operation operation, String path, String body) {
    boolean sends = !operation.method.equals("GET") && !operation.method.equals("HEAD");
    Answer answer =
        caller.send(
            caller
                .request(path)
                .header("Content-Type", "application/json")
                .method(
                    operation.method,
                    sends ? BodyPublishers.ofString(body) : BodyPublishers.noBody()));
    assertThat(answer.status())
        .as("%s %s %s: %s", operation.method, path, body, answer.text())
        .isBetween(200, 499);
  }

  private static String filled(Operation operation) {
    return operation.path.replaceAll("\\{[a-z_]+}", "unknown");
  }

  private static JsonNode resolved(JsonNode node) {
    String reference = node.path("$ref").asString("");
    return reference.isEmpty() ? node : document().at(reference.substring(1));
  }

  private static JsonNode document() {
    return SERVER.stranger().get("/openapi.json").json();
  }
}
