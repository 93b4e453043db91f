package parley.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.testing.SettableClock;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestForm;
import parley.testing.TestServer;

@Tag("slow")
class OidcTokensTest {
  private final SettableClock clock = new SettableClock(Instant.parse("2026-01-01T00:00:00Z"));
  private final HttpServer issuer =
      HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
  private final String issuerName = "http://127.0.0.1:" + issuer.getAddress().getPort() + "/realm";
  private final TestServer server;
  private final AtomicInteger asked = new AtomicInteger();
  private ECKey key = newKey();

  OidcTokensTest() throws IOException, JOSEException {
    issuer.createContext(
        "/realm/.well-known/openid-configuration",
        exchange ->
            answer(
                exchange,
                "{\"issuer\":\"%s\",\"jwks_uri\":\"%s/keys\"}".formatted(issuerName, issuerName)));
    issuer.createContext(
        "/realm/keys",
        exchange -> {
          asked.incrementAndGet();
          answer(exchange, "{\"keys\":[" + key.toPublicJWK().toJSONString() + "]}");
        });
    server =
        TestServer.start(Map.of("server.roles", "api,worker", "oidc.issuer", issuerName), clock);
  }

  @BeforeEach
  void start() {
    issuer.start();
  }

  @AfterEach
  void stop() {
    server.close();
    issuer.stop(0);
  }

  @Test
  void takesTheTenantAndTheUserFromTheToken() throws Exception {
    TestCaller alice = server.newTenant();
    TestCaller issued = alice.withToken(token(alice, UnaryOperator.identity()));
    TestForm form = new TestForm().file("file", "a.txt", new byte[] {1});
    String media = issued.post("/v1/media/upload", form).at("/data/media_id");

    assertThat(issued.get("/v1/media/" + media + "/info").status()).isEqualTo(200);
    assertThat(alice.get("/v1/media/" + media + "/info").status()).isEqualTo(404);
    TestCaller elsewhere = alice.withToken(token(server.newTenant(), UnaryOperator.identity()));
    assertThat(elsewhere.get("/v1/media/" + media + "/info").status()).isEqualTo(404);
  }

  @Test
  void takesTheTenantByItsNameToo() throws Exception {
    TestCaller alice = server.newTenant();
    String token = token(alice, claims -> claims.claim("tenant_id", alice.tenant().name()));
    assertThat(alice.withToken(token).get("/v1/media").status()).isEqualTo(200);
  }

  @Test
  void allowsWhatTheTokenNamesAndNeverTheOperatorsPart() throws Exception {
    TestCaller alice = server.newTenant();
    String usual = token(alice, UnaryOperator.identity());
    assertThat(alice.withToken(usual).get("/v1/admin/usage").status()).isEqualTo(403);

    String admin =
        token(alice, claims -> claims.claim("permissions", List.of("admin", "operator")));
    assertThat(alice.withToken(admin).get("/v1/admin/usage").status()).isEqualTo(200);
    assertThat(alice.withToken(admin).get("/v1/admin/tenants").status()).isEqualTo(403);

    String scoped = token(alice, claims -> claims.claim("scope", "openid media:read"));
    assertThat(alice.withToken(scoped).get("/v1/media").status()).isEqualTo(200);
    assertThat(alice.withToken(scoped).get("/v1/jobs").status()).isEqualTo(403);
  }

  @Test
  void refusesWhatTheIssuerDidNotMakeForUs() throws Exception {
    TestCaller alice = server.newTenant();
    refused(alice, token(alice, claims -> claims.audience("another")));
    refused(alice, token(alice, claims -> claims.issuer("https://login.example.org")));
    refused(alice, token(alice, claims -> claims.claim("tenant_id", UUID.randomUUID().toString())));
    refused(alice, token(alice, claims -> claims.claim("tenant_id", null)));
    refused(alice, token(alice, claims -> claims.subject(null)));
    refused(alice, token(alice, claims -> claims.subject(" ")));
    refused(alice, token(alice, claims -> claims.expirationTime(null)));
    refused(alice, "a.b.c");
    refused(alice, new PlainJWT(claims(alice).build()).serialize());
    // Uses the public key as a shared secret, the attack of CVE-2015-9235.
    SignedJWT shared = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims(alice).build());
    shared.sign(new MACSigner(key.toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8)));
    refused(alice, shared.serialize());
    SignedJWT forged = new SignedJWT(header(key), claims(alice).build());
    forged.sign(new ECDSASigner(newKey()));
    refused(alice, forged.serialize());
  }

  @Test
  void tellsAnExpiredTokenFromAWrongOne() throws Exception {
    TestCaller alice = server.newTenant();
    TestCaller issued = alice.withToken(token(alice, UnaryOperator.identity()));
    assertThat(issued.get("/v1/media").status()).isEqualTo(200);
    clock.move(Duration.ofMinutes(10));
    Answer late = issued.get("/v1/media");
    assertThat(late.status()).isEqualTo(401);
    assertThat(late.at("/error/code")).isEqualTo("SW_AUTH_EXPIRED_TOKEN");
  }

  @Test
  void followsTheIssuerToANewKey() throws Exception {
    TestCaller alice = server.newTenant();
    String before = token(alice, UnaryOperator.identity());
    assertThat(alice.withToken(before).get("/v1/media").status()).isEqualTo(200);
    key = newKey();
    String after = token(alice, UnaryOperator.identity());
    assertThat(alice.withToken(after).get("/v1/media").status()).isEqualTo(200);
  }

  @Test
  void allowsNothingToATokenThatNamesNoPermission() throws Exception {
    TestCaller alice = server.newTenant();
    for (Object none : new Object[] {List.of(), List.of("another:thing"), "", 7, Map.of()}) {
      String token = token(alice, claims -> claims.claim("permissions", none));
      assertThat(alice.withToken(token).get("/v1/media").status()).as("" + none).isEqualTo(403);
    }
    String absent = token(alice, claims -> claims.claim("scope", "openid profile"));
    assertThat(alice.withToken(absent).get("/v1/media").status()).isEqualTo(200);
  }

  @Test
  void refusesTextsThatNoDatabaseKeeps() throws Exception {
    TestCaller alice = server.newTenant();
    refused(alice, token(alice, claims -> claims.subject("ca\0rol")));
    refused(alice, token(alice, claims -> claims.subject("ca\u001brol")));
    refused(alice, token(alice, claims -> claims.claim("tenant_id", "ac\0me")));
    JWSObject halved =
        new JWSObject(
            header(key),
            new Payload(claims(alice).build().toString().replace("carol", "ca\\ud83drol")));
    halved.sign(new ECDSASigner(key));
    refused(alice, halved.serialize());
  }

  @Test
  void isAnotherPersonThanTheUserOfAKeyWithTheSameName() throws Exception {
    TestCaller admin = server.newTenant();
    TestCaller keyed = admin.as("carol", Permission.MEDIA_READ, Permission.MEDIA_WRITE);
    TestForm form = new TestForm().file("file", "a.txt", new byte[] {1});
    String media = keyed.post("/v1/media/upload", form).at("/data/media_id");
    TestCaller issued = admin.withToken(token(admin, UnaryOperator.identity()));

    assertThat(issued.get("/v1/media/" + media + "/info").status()).isEqualTo(404);
    String own = issued.post("/v1/media/upload", form).at("/data/media_id");
    assertThat(keyed.get("/v1/media/" + own + "/info").status()).isEqualTo(404);
    assertThat(issued.get("/v1/media/" + own + "/info").status()).isEqualTo(200);
  }

  @Test
  void keepsWhatAUserHadBeforeIssuersWereToldApart() throws Exception {
    TestCaller admin = server.newTenant();
    String token = token(admin, claims -> claims.subject("old"));
    UUID id = UUID.randomUUID();
    server.execute(
        "insert into users (tenant_id, id, name, created_at, issuer) values ('%s', '%s', 'old', now(), '*')"
            .formatted(admin.tenant().id(), id));
    TestForm form = new TestForm().file("file", "a.txt", new byte[] {1});
    admin.withToken(token).post("/v1/media/upload", form);
    assertThat(server.count("from media where owner_id = '" + id + "'")).isEqualTo(1);
  }

  @Test
  void takesKnownKeysWhateverElseIsMadeUp() throws Exception {
    TestCaller alice = server.newTenant();
    String good = token(alice, UnaryOperator.identity());
    assertThat(alice.withToken(good).get("/v1/media").status()).isEqualTo(200);
    for (int minutes = 0; minutes < 4; minutes++) {
      for (int i = 0; i < 50; i++) {
        ECKey another = newKey();
        SignedJWT forged = new SignedJWT(header(another), claims(alice).build());
        forged.sign(new ECDSASigner(another));
        refused(alice, forged.serialize());
      }
      assertThat(asked.get()).as("times the issuer was asked").isLessThan(10);
      clock.move(Duration.ofMinutes(1));
      assertThat(alice.withToken(good).get("/v1/media").status()).isEqualTo(200);
    }
  }

  @Test
  void saysSoWhenTheIssuerDoesNotAnswer() throws Exception {
    TestCaller alice = server.newTenant();
    issuer.removeContext("/realm/keys");
    Answer answer = alice.withToken(token(alice, UnaryOperator.identity())).get("/v1/media");
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.at("/error/code")).isEqualTo("SW_UNAVAILABLE");
    assertThat(alice.get("/v1/media").status()).isEqualTo(200);
  }

  @Test
  @Timeout(60)
  void saysSoWhenTheIssuerDoesNotEndItsAnswer() throws Exception {
    TestCaller alice = server.newTenant();
    issuer.removeContext("/realm/keys");
    issuer.createContext("/realm/keys", OidcTokensTest::trickle);
    Answer answer = alice.withToken(token(alice, UnaryOperator.identity())).get("/v1/media");
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.at("/error/code")).isEqualTo("SW_UNAVAILABLE");
  }

  private void refused(TestCaller caller, String token) {
    Answer answer = caller.withToken(token).get("/v1/media");
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.at("/error/code")).isEqualTo("SW_AUTH_INVALID_TOKEN");
  }

  private JWTClaimsSet.Builder claims(TestCaller caller) {
    return new JWTClaimsSet.Builder()
        .issuer(issuerName)
        .audience("parley")
        .subject("carol")
        .claim("tenant_id", caller.tenant().id().toString())
        .expirationTime(Date.from(clock.instant().plus(Duration.ofMinutes(5))));
  }

  private String token(TestCaller caller, UnaryOperator<JWTClaimsSet.Builder> change)
      throws JOSEException {
    SignedJWT token = new SignedJWT(header(key), change.apply(claims(caller)).build());
    token.sign(new ECDSASigner(key));
    return token.serialize();
  }

  private static JWSHeader header(ECKey key) {
    return new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID()).build();
  }

  private static ECKey newKey() throws JOSEException {
    return new ECKeyGenerator(Curve.P_256).keyID(UUID.randomUUID().toString()).generate();
  }

  /// Sends a space now and then until the other side gives up.
  private static void trickle(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(200, 0);
    while (true) {
      exchange.getResponseBody().write(' ');
      exchange.getResponseBody().flush();
      LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
    }
  }

  private static void answer(HttpExchange exchange, String json) throws IOException {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }
}
