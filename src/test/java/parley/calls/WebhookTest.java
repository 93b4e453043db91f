package parley.calls;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import parley.testing.TestCaller.Answer;
import parley.testing.TestLiveKit;
import parley.testing.TestServer;

/// Webhooks as LiveKit sends them, and as others might. That they do something is seen in
/// [CallScenariosTest], with LiveKit's own.
@Tag("slow")
class WebhookTest {
  private static TestServer server;

  @BeforeAll
  static void start() {
    // Nobody listens there; webhooks are checked all the same.
    server =
        TestServer.start(
            Map.of(
                "server.roles",
                "api,worker",
                "calls.livekit_url",
                "http://127.0.0.1:1",
                "calls.livekit_key",
                TestLiveKit.KEY,
                "calls.livekit_secret",
                TestLiveKit.SECRET));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void refusesWithoutASealBeforeTheBodyIsSent() throws Exception {
    try (Socket client = new Socket(InetAddress.getLoopbackAddress(), server.uri("/").getPort())) {
      client
          .getOutputStream()
          .write(
              "POST /v1/calls/webhook HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      assertThat(new String(client.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
          .isEqualTo("HTTP/1.1 401");
    }
  }

  @Test
  void takesEachWebhookOnce() throws Exception {
    String body = body(UUID.randomUUID().toString(), Instant.now());
    assertThat(send(seal(body).build(), body).status()).isEqualTo(200);
    assertRefused(send(seal(body).build(), body));
  }

  @Test
  void takesWebhooksThatComeAtOnceEachOnce() throws Exception {
    String body = body(UUID.randomUUID().toString(), Instant.now());
    List<Integer> statuses;
    try (ExecutorService sending = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Integer>> all = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        String another = body(UUID.randomUUID().toString(), Instant.now());
        all.add(() -> send(seal(another).build(), another).status());
        all.add(() -> send(seal(body).build(), body).status());
      }
      statuses = sending.invokeAll(all).stream().map(Future::resultNow).toList();
    }
    // Sixteen are taken at a time.
    assertThat(statuses).filteredOn(status -> status == 200).hasSize(9);
    assertThat(statuses).filteredOn(status -> status == 401).hasSize(7);
  }

  @Test
  void refusesWhatLiveKitDidNotSealSoAndJustNow() throws Exception {
    String body = body(UUID.randomUUID().toString(), Instant.now());
    String other = body(UUID.randomUUID().toString(), Instant.now());
    JWTClaimsSet sealed = seal(body).build();
    assertRefused(send(signed(sealed, "another secret of at least 32 characters"), body));
    assertRefused(send(sealed, other));
    assertRefused(send(sealed, body + " "));
    assertRefused(send(seal(body).issuer("another key").build(), body));
    assertRefused(send(seal(body).claim("sha256", null).build(), body));
    assertRefused(send(seal(body).expirationTime(ago(Duration.ofMinutes(1))).build(), body));
    assertRefused(send(seal(body).expirationTime(null).build(), body));
    String old = body(UUID.randomUUID().toString(), Instant.now().minus(Duration.ofMinutes(6)));
    assertRefused(send(seal(old).build(), old));
    String nameless = body("", Instant.now());
    assertRefused(send(seal(nameless).build(), nameless));
    String unstorable = body("a\\u0000b", Instant.now());
    assertRefused(send(seal(unstorable).build(), unstorable));
    // Longer than PostgreSQL indexes, however well it compresses.
    String ids =
        Stream.generate(UUID::randomUUID).limit(500).map(UUID::toString).collect(joining());
    String endless = body(ids, Instant.now());
    assertRefused(send(seal(endless).build(), endless));
    String timeless = body("a", Instant.MAX);
    assertRefused(send(seal(timeless).build(), timeless));
    String noJson = "participant_joined";
    assertRefused(send(seal(noJson).build(), noJson));
    assertRefused(send("Bearer " + signed(sealed, TestLiveKit.SECRET), body));
    assertRefused(send("no token", body));
    assertRefused(send("", body));
    // None of that used the webhook up.
    assertThat(send(sealed, body).status()).isEqualTo(200);
  }

  @Test
  void refusesAllOfThemWhereNoLiveKitIsConfigured() throws Exception {
    String body = body(UUID.randomUUID().toString(), Instant.now());
    HttpRequest.Builder request =
        TestServer.shared()
            .stranger()
            .request("/v1/calls/webhook")
            .header("Authorization", signed(seal(body).build(), TestLiveKit.SECRET))
            .POST(BodyPublishers.ofString(body));
    assertRefused(TestServer.shared().stranger().send(request));
  }

  private static void assertRefused(Answer answer) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(401);
    assertThat(answer.at("/error/code")).isEqualTo("SW_AUTH_INVALID_TOKEN");
  }

  private static Answer send(JWTClaimsSet seal, String body) throws JOSEException {
    return send(signed(seal, TestLiveKit.SECRET), body);
  }

  private static Answer send(String authorization, String body) {
    HttpRequest.Builder request =
        server
            .stranger()
            .request("/v1/calls/webhook")
            .header("Content-Type", "application/webhook+json")
            .POST(BodyPublishers.ofString(body));
    return server
        .stranger()
        .send(authorization.isEmpty() ? request : request.header("Authorization", authorization));
  }

  private static String body(String id, Instant created) {
    return """
    {"event": "participant_joined", "room": {"sid": "RM_1", "name": "scaiwave-%s"},
     "id": "%s", "createdAt": "%d"}
    """
        .formatted(CallId.random(), id, created.getEpochSecond());
  }

  private static JWTClaimsSet.Builder seal(String body) throws Exception {
    byte[] hash =
        MessageDigest.getInstance("SHA-256").digest(body.getBytes(StandardCharsets.UTF_8));
    return new JWTClaimsSet.Builder()
        .issuer(TestLiveKit.KEY)
        .notBeforeTime(ago(Duration.ZERO))
        .expirationTime(Date.from(Instant.now().plus(Duration.ofMinutes(5))))
        .claim("sha256", Base64.getEncoder().encodeToString(hash));
  }

  private static Date ago(Duration time) {
    return Date.from(Instant.now().minus(time));
  }

  private static String signed(JWTClaimsSet claims, String secret) throws JOSEException {
    SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
    token.sign(new MACSigner(secret));
    return token.serialize();
  }
}
