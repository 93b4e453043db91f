package parley.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import parley.auth.KeyWatch;
import parley.auth.RateLimits;
import parley.problem.Problem;
import parley.problem.ProblemCode;

/// The URL that links start with, according to clients and proxies.
class RequestOriginTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "x,                     http://x",
        "x:,                    http://x",
        "x:80,                  http://x",
        "x:8080,                http://x:8080",
        "a.example.org:443,     http://a.example.org:443",
        "parley_server:8080,    http://parley_server:8080",
        "my_host,               http://my_host",
        "127.0.0.1:81,          http://127.0.0.1:81",
        "[::1]:81,              http://[::1]:81",
      })
  void isTheHostThatTheClientUses(String host, String address) throws IOException {
    assertThat(told("none", "Host: " + host)).isEqualTo(address);
  }

  @Test
  void isTheSocketsAddressWithoutAHost() throws IOException {
    assertThat(told("none", "Host:")).matches("http://127\\.0\\.0\\.1:[0-9]+");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x y", "x/y", "x@y", "<x>", "x:y", "x:-1", "x\"y", "[::1", "%61"})
  void ignoresInvalidHosts(String host) throws IOException {
    assertThat(answer("none", "Host: " + host)).startsWith("HTTP/1.1 400");
  }

  @Test
  void isHttpsIfATrustedProxySaysSo() throws IOException {
    String forwarded = "Host: a.example.org\r\nX-Forwarded-Proto: https";
    assertThat(told("127.0.0.0/8", forwarded)).isEqualTo("https://a.example.org");
    assertThat(told("::1,127.0.0.1", forwarded)).isEqualTo("https://a.example.org");
    assertThat(told("127.0.0.1", "Host: x:8443\r\nX-Forwarded-Proto: https"))
        .isEqualTo("https://x:8443");
    assertThat(told("127.0.0.1", "Host: x\r\nX-Forwarded-Proto: gopher")).isEqualTo("http://x");
  }

  @Test
  void isNotHttpsIfAnybodyElseSaysSo() throws IOException {
    String forwarded = "Host: a.example.org\r\nX-Forwarded-Proto: https";
    assertThat(told("none", forwarded)).isEqualTo("http://a.example.org");
    assertThat(told("10.0.0.0/8,127.0.0.2", forwarded)).isEqualTo("http://a.example.org");
  }

  @ParameterizedTest
  @ValueSource(strings = {"example.org", "10.0.0.0/33", "10.0.0.0/x", "10.0.0", "1,,2", "/8"})
  void refusesProxiesThatAreNotAddresses(String proxies) {
    assertThatThrownBy(() -> TrustedProxies.parse(proxies))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("must be comma-separated addresses or networks");
  }

  private String told(String proxies, String headers) throws IOException {
    return answer(proxies, headers).split("\r\n\r\n", 2)[1];
  }

  private String answer(String proxies, String headers) throws IOException {
    try (HttpServer server =
        HttpServer.of(
            new HttpServer.Settings(
                folder,
                "127.0.0.1",
                0,
                Duration.ofSeconds(30),
                new CrossOrigin(false, Set.of()),
                MemoryPlan.ofThisProcess(),
                proxies.equals("none") ? TrustedProxies.none() : TrustedProxies.parse(proxies)),
            List.of(
                Route.get(
                    "/",
                    Access.open(),
                    exchange -> exchange.text(200, "text/plain", exchange.origin().toString()))),
            token -> {
              throw new Problem(ProblemCode.TOKEN_INVALID, "");
            },
            new KeyWatch(keys -> keys, Clock.systemUTC()),
            new RateLimits(1, 1, 1),
            new SimpleMeterRegistry())) {
      server.start();
      try (RawClient client = RawClient.connect(server.port())) {
        return client.send("GET / HTTP/1.1\r\n" + headers + "\r\nConnection: close\r\n\r\n").rest();
      }
    }
  }
}
