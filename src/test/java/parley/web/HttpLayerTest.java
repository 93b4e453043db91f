package parley.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import parley.testing.TestServer;

/// Requests that reach no route are also refused in the dialect's shape.
@Tag("slow")
class HttpLayerTest {
  private final TestServer server = TestServer.shared();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GARBAGE                                  | Host: x                 | 400 | SW_BAD_REQUEST",
        "GET /healthz HTTP/1.1                    | X: a host is missing    | 400 | SW_BAD_REQUEST",
        "GET /v1/media/%2e%2e%2fx HTTP/1.1        | Host: x                 | 400 | SW_BAD_REQUEST",
        "GET /v1/jobs?limit={} HTTP/1.1           | Host: x                 | 400 | SW_BAD_REQUEST",
        "GET /v1/modules/scaiecho/%zz HTTP/1.1    | Host: x                 | 400 | VALIDATION_ERROR",
        "TRACE /healthz HTTP/1.1                  | Host: x                 | 405 | SW_METHOD_NOT_ALLOWED",
        "POST /v1/jobs HTTP/1.1                   | Transfer-Encoding: none | 501 | SW_NOT_IMPLEMENTED",
        "CONNECT a:1 HTTP/1.1                     | Host: x                 | 501 | SW_NOT_IMPLEMENTED",
        "GET /unknown HTTP/1.1                    | Host: x                 | 404 | SW_NOT_FOUND",
        "POST /healthz HTTP/1.1                   | Host: x                 | 405 | SW_METHOD_NOT_ALLOWED",
        "GET /healthz HTTP/2.0                    | Host: x                 | 505 | SW_NOT_IMPLEMENTED",
        "TRACE /files/upload HTTP/1.1             | Host: x                 | 405 | method_not_allowed",
        "GET /files/x/preview?signature=%zz HTTP/1.1 | Host: x              | 400 | invalid_param",
        "GET /%66iles/upload HTTP/1.1             | Host: x                 | 405 | method_not_allowed",
        "GET /api/v1/media;a=b HTTP/1.1           | Host: x                 | 401 | AUTH_INVALID_TOKEN",
      })
  void refusesInTheDialectsShape(String requestLine, String header, int status, String code)
      throws IOException {
    String answer = exchange(requestLine + "\r\n" + header + "\r\nConnection: close\r\n\r\n");

    assertThat(answer)
        .startsWith("HTTP/1.1 " + status)
        .contains("X-Request-Id: ", "\"code\":\"" + code + "\"")
        .doesNotContain("<html", "\tat ");
  }

  @Test
  void refusesAHeadThatIsTooLarge() throws IOException {
    String head = "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-A: ";
    assertThat(exchange(head + "a".repeat(7_000) + "\r\n\r\n")).startsWith("HTTP/1.1 200");
    assertThat(exchange(head + "a".repeat(9_000) + "\r\n\r\n"))
        .startsWith("HTTP/1.1 400")
        .contains("\"code\":\"SW_BAD_REQUEST\"");
  }

  @Test
  void refusesMoreParametersThanAnyRequestHas() throws IOException {
    String query = "a=1&".repeat(2_000);
    String answer =
        exchange(
            "GET /files/x/preview?" + query + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

    assertThat(answer).startsWith("HTTP/1.1 400").contains("\"code\":\"invalid_param\"");
  }

  @Test
  void answersTraceWithTheSupportedMethods() throws IOException {
    assertThat(exchange("TRACE /files/upload HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
        .contains("Allow: POST\r\n");
  }

  @Test
  void countsUnknownMethodsAsOne() throws IOException {
    assertThat(exchange("MADEUPA /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 404");
    assertThat(exchange("MOVE /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 405");

    assertThat(exchange("GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
        .contains("method=\"OTHER\"")
        .doesNotContain("MADEUPA", "MOVE");
  }

  @Test
  void refusesWebhooksBeforeTheirBodyWhenCallsAreDisabled() throws IOException {
    URI address = server.uri("/");
    try (RawClient client = RawClient.connect(address.getPort())) {
      assertThat(
              client
                  .send(
                      "POST /v1/calls/webhook HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n")
                  .head())
          .startsWith("HTTP/1.1 401");
    }
  }

  private String exchange(String request) throws IOException {
    URI address = server.uri("/");
    try (Socket socket = new Socket(address.getHost(), address.getPort())) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
