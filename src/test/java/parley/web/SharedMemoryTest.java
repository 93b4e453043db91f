package parley.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.auth.Caller;
import parley.auth.KeyId;
import parley.auth.KeyWatch;
import parley.auth.Permission;
import parley.auth.RateLimits;
import parley.tenants.TenantId;
import parley.tenants.UserId;
import parley.testing.Eventually;
import parley.testing.TestSocket;
import parley.web.multipart.Multipart;
import parley.web.multipart.TextFields;

/// The memory that clients can hold of a small server: each has a limit, and others continue to be
/// served.
class SharedMemoryTest {
  private static final MemoryPlan LITTLE = new MemoryPlan(40, 1, 512 * 1024, 8, 64 * 1024, 100, 1);

  /// A key's share, a quarter of the memory, holds eight of them.
  private static final int BODY = 16_000;

  private final Map<String, Caller> callers = new ConcurrentHashMap<>();
  private final List<RawClient> clients = new ArrayList<>();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Semaphore asked = new Semaphore(0);
  private final Semaphore answers = new Semaphore(0);
  private final HttpServer server;

  SharedMemoryTest(@TempDir Path folder) {
    server =
        HttpServer.of(
            new HttpServer.Settings(
                folder,
                "127.0.0.1",
                0,
                Duration.ofSeconds(30),
                new CrossOrigin(false, Set.of()),
                LITTLE,
                TrustedProxies.none()),
            List.of(
                Route.post(
                    "/v1/json",
                    Access.needs(Permission.ROOMS),
                    exchange -> exchange.data(200, exchange.json(Map.class))),
                Route.post("/v1/form", Access.needs(Permission.ROOMS), SharedMemoryTest::read),
                Route.get("/v1/stored", Access.needs(Permission.ROOMS), this::showSlowly),
                Route.get("/v1/free", Access.open(), exchange -> exchange.empty(204)),
                Route.webSocket(
                    "/v1/socket", Access.needs(Permission.ROOMS), handshake -> new Talkative()),
                Route.webSocket(
                    "/v1/long", Access.needs(Permission.ROOMS), handshake -> new LengthListener()),
                Route.webSocket(
                    "/v1/hesitant",
                    Access.needs(Permission.ROOMS),
                    handshake -> {
                      asked.release();
                      answers.acquireUninterruptibly();
                      return new Talkative();
                    })),
            token -> callers.computeIfAbsent(token, SharedMemoryTest::caller),
            new KeyWatch(keys -> keys, Clock.systemUTC()),
            new RateLimits(100_000, 100_000, 100),
            meters);
  }

  /// Authenticates each token as a tenant of its own, unless it names one as in `tenant/key`.
  private static Caller caller(String token) {
    return new Caller(
        KeyId.random(),
        new TenantId(
            UUID.nameUUIDFromBytes(token.split("/", 2)[0].getBytes(StandardCharsets.UTF_8))),
        UserId.random(),
        Set.of(Permission.ROOMS),
        null);
  }

  private static void read(Exchange exchange) throws IOException {
    TextFields fields = new TextFields(exchange::reserve);
    Multipart.of(exchange.contentType().orElse(null), exchange.body()).read(fields::collect);
    exchange.empty(204);
  }

  /// Shows JSON that takes more than all of the memory.
  private void showSlowly(Exchange exchange) {
    exchange.reserveFor("[" + "{},".repeat(20_000) + "{}]");
    asked.release();
    answers.acquireUninterruptibly();
    exchange.empty(204);
  }

  /// Sends the requested number of characters.
  private static final class Talkative implements WebSocketListener {
    private @Nullable WebSocket peer;

    @Override
    public void opened(WebSocket socket) {
      peer = socket;
    }

    @Override
    public void text(String message) {
      Objects.requireNonNull(peer).send("x".repeat(Integer.parseInt(message)));
    }

    @Override
    public void binary(ByteBuffer piece, boolean last) {}

    @Override
    public void closed(int code) {}
  }

  @BeforeEach
  void start() throws IOException {
    server.start();
  }

  @AfterEach
  void stop() throws IOException {
    for (RawClient client : clients) {
      client.close();
    }
    server.close();
  }

  @Test
  void refusesAKeyBeyondItsShareAndServesAnother() throws Exception {
    List<RawClient> unfinished = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      unfinished.add(client().send(post("greedy", BODY) + "{\"a\":\"" + "x".repeat(BODY - 7)));
    }
    awaitHeld(8 * BODY);
    // Refused before the body is sent.
    assertThat(client().send(post("greedy", BODY)).head())
        .startsWith("HTTP/1.1 429")
        .contains("\r\nRetry-After: 1\r\n");

    assertThat(answer("modest", "{\"a\":1}")).startsWith("HTTP/1.1 200");
    for (RawClient client : unfinished) {
      client.close();
    }
    Eventually.holds(
        "what was held is free again",
        () ->
            answer("greedy", "{\"a\":\"" + "x".repeat(12_000) + "\"}").startsWith("HTTP/1.1 200"));
  }

  @Test
  void refusesATenantBeyondItsShare() throws Exception {
    for (int i = 0; i < 16; i++) {
      client().send(post("acme/" + i % 4, BODY) + "{");
    }
    awaitHeld(16 * BODY);
    assertThat(client().send(post("acme/9", BODY)).head()).startsWith("HTTP/1.1 429");
    assertThat(answer("other", "{\"a\":1}")).startsWith("HTTP/1.1 200");
  }

  @Test
  void refusesABodyBeyondTheRoutesLimitBeforeItIsSent() throws Exception {
    assertThat(client().send(post("large", 16 * 1024 + 1)).head()).startsWith("HTTP/1.1 413");
    String chunk = "4001\r\n" + "x".repeat(0x4001) + "\r\n";
    assertThat(
            client()
                .send(
                    "POST /v1/json HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer large\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n"
                        + chunk)
                .head())
        .startsWith("HTTP/1.1 413");
  }

  @Test
  void countsTheMemoryOfParsedJson() throws Exception {
    String objects = "[" + "{},".repeat(5_000) + "{}]";
    assertThat(answer("nested", "{\"a\":" + objects + "}")).startsWith("HTTP/1.1 429");
  }

  @Test
  void countsTheObjectsOfStoredJsonButLetsEachKeyHaveOne() throws Exception {
    String head = "GET /v1/stored HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ";
    List<RawClient> showing = new ArrayList<>();
    for (String key : List.of("reader", "reader", "reader", "other")) {
      showing.add(client().send(head + key + "\r\n\r\n"));
      asked.acquire();
    }
    assertThat(client().send(head + "reader\r\n\r\n").head()).startsWith("HTTP/1.1 429");

    answers.release(showing.size());
    for (RawClient client : showing) {
      assertThat(client.head()).startsWith("HTTP/1.1 204");
    }
  }

  @Test
  void countsTheFieldsOfForms() throws Exception {
    // As a string, a field takes up to four times its bytes.
    assertThat(form("formal", 40_000)).startsWith("HTTP/1.1 429");
    assertThat(form("formal", 20_000)).startsWith("HTTP/1.1 204");
  }

  private String form(String token, int fieldBytes) throws IOException {
    String form =
        "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n"
            + "x".repeat(fieldBytes)
            + "\r\n--b--\r\n";
    return client()
        .send(
            "POST /v1/form HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                + token
                + "\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: "
                + form.length()
                + "\r\n\r\n"
                + form)
        .head();
  }

  @Test
  void countsUnreadMessagesOfWebSockets() throws Exception {
    URI address = URI.create("http://127.0.0.1:" + server.port() + "/v1/socket");
    try (TestSocket socket = TestSocket.connect(address, "reader")) {
      socket.send("4000");
      assertThat(socket.text()).hasSize(4000);
      // A key's share, a quarter of 64 KiB, holds no more than 8,192 characters.
      socket.send("9000");
      assertThat(socket.closeCode()).isEqualTo(CloseCode.TRY_AGAIN_LATER);
    }
  }

  @Test
  void countsLongTextMessagesOnlyWhileTheyAreRead() throws Exception {
    URI address = URI.create("http://127.0.0.1:" + server.port() + "/v1/long");
    try (TestSocket writer = TestSocket.connect(address, "writer");
        TestSocket other = TestSocket.connect(address, "other")) {
      for (int i = 0; i < 5; i++) {
        writer.send("x".repeat(30_000));
        assertThat(writer.text()).isEqualTo("30000");
      }
      // Four bytes for each character are more than a key's share, a quarter of 512 KiB.
      writer.send("x".repeat(50_000));
      assertThat(writer.closeCode()).isEqualTo(CloseCode.TRY_AGAIN_LATER);
      other.send("x".repeat(30_000));
      assertThat(other.text()).isEqualTo("30000");
      other.send("x".repeat(60_001));
      assertThat(other.closeCode()).isIn(CloseCode.TOO_BIG, CloseCode.TRY_AGAIN_LATER);
    }
  }

  @Test
  void servesNewClientsDespiteManyUnfinishedHeads() throws Exception {
    for (int i = 0; i < 100; i++) {
      client("127.0.0." + (2 + i % 5)).send("GET /v1/free HTTP/1.1\r\nHost: x\r\nX-A: ");
    }
    for (int i = 0; i < 10; i++) {
      assertThat(free("127.0.0.1")).startsWith("HTTP/1.1 204");
    }
  }

  @Test
  void servesNewClientsOfAnAddressDespiteItsUnfinishedHeads() throws Exception {
    for (int i = 0; i < 60; i++) {
      client().send("GET /v1/free HTTP/1.1\r\nHost: x\r\nX-A: ");
    }
    for (int i = 0; i < 10; i++) {
      assertThat(free("127.0.0.1")).startsWith("HTTP/1.1 204");
    }
  }

  @Test
  void continuesActiveRequestsDespiteManyUnfinishedHeads() throws Exception {
    RawClient sending = client().send(post("steady", 7) + "{\"a");
    Eventually.holds("its head was read", () -> !free("127.0.0.1").isEmpty());
    for (int i = 0; i < 100; i++) {
      client("127.0.0." + (2 + i % 5)).send("GET /v1/free HTTP/1.1\r\nHost: x\r\nX-A: ");
    }
    assertThat(sending.send("\":1}").head()).startsWith("HTTP/1.1 200");
  }

  @Test
  void refusesAKeyMoreWebSocketsThanItsShareUntilOneIsClosed() throws Exception {
    URI address = URI.create("http://127.0.0.1:" + server.port() + "/v1/socket");
    List<TestSocket> open = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      open.add(TestSocket.connect(address, "many"));
    }
    assertThat(TestSocket.refusal(address, "many").statusCode()).isEqualTo(429);
    TestSocket.connect(address, "another").close();
    open.forEach(TestSocket::close);
    Eventually.holds("there is room again", () -> isAdmitted(address, "many"));
  }

  @Test
  void givesBackThePlacesOfWebSocketsWhoseClientsLeaveDuringTheHandshake() throws Exception {
    for (int i = 0; i < 6; i++) {
      RawClient client =
          client()
              .send(
                  """
                  GET /v1/hesitant HTTP/1.1\r
                  Host: x\r
                  Authorization: Bearer hasty\r
                  Connection: Upgrade\r
                  Upgrade: websocket\r
                  Sec-WebSocket-Version: 13\r
                  Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
                  \r
                  """);
      assertThat(asked.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
      client.reset();
      answers.release();
    }
    URI address = URI.create("http://127.0.0.1:" + server.port() + "/v1/socket");
    Eventually.holds("there is room", () -> isAdmitted(address, "hasty"));
  }

  private static boolean isAdmitted(URI address, String token) {
    try {
      TestSocket.connect(address, token).close();
      return true;
    } catch (CompletionException refused) {
      return false;
    }
  }

  private void awaitHeld(double bytes) throws Exception {
    Eventually.holds(
        "so much is held", () -> meters.get("http.bytes.held").gauge().value() >= bytes);
  }

  private String answer(String token, String body) throws IOException {
    try (RawClient client = RawClient.connect(server.port())) {
      return client.send(post(token, body.length()) + body).head();
    }
  }

  private String free(String from) throws IOException {
    try (RawClient client = RawClient.connect(server.port(), from)) {
      return client.send("GET /v1/free HTTP/1.1\r\nHost: x\r\n\r\n").head();
    }
  }

  private static String post(String token, int length) {
    return "POST /v1/json HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
        + token
        + "\r\nContent-Type: application/json\r\nContent-Length: "
        + length
        + "\r\n\r\n";
  }

  private RawClient client() throws IOException {
    return client("127.0.0.1");
  }

  private RawClient client(String from) throws IOException {
    RawClient client = RawClient.connect(server.port(), from);
    clients.add(client);
    return client;
  }
}
