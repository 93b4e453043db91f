package parley.auth;

import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSetCacheRefreshEvaluator;
import com.nimbusds.jose.jwk.source.JWKSetSource;
import com.nimbusds.jose.jwk.source.JWKSetUnavailableException;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.util.Map;
import parley.peers.Peer;
import parley.peers.WholeAnswer;

/// The public keys of an issuer, located by OpenID Connect Discovery 1.0, section 4. Fetches them
/// on each call, so use it behind a cache.
final class IssuerKeys implements JWKSetSource<SecurityContext> {
  /// For each of two documents: a caller waits for both.
  private static final Duration PATIENCE = Peer.MAX_WAIT.dividedBy(2);

  private static final int MAX_DOCUMENT_BYTES = 512 * 1024;

  private final URI issuer;
  private final HttpClient client =
      HttpClient.newBuilder()
          .connectTimeout(PATIENCE)
          .followRedirects(HttpClient.Redirect.NORMAL)
          .build();

  IssuerKeys(URI issuer) {
    this.issuer = issuer;
  }

  @Override
  public JWKSet getJWKSet(
      JWKSetCacheRefreshEvaluator evaluator, long currentTime, SecurityContext context)
      throws KeySourceException {
    try {
      Map<String, Object> metadata = JSONObjectUtils.parse(read(discovery()));
      // Section 4.3: the issuer in the metadata must match.
      if (!issuer.toString().equals(metadata.get("issuer"))) {
        throw new JWKSetUnavailableException("the metadata belongs to another issuer");
      }
      return JWKSet.parse(read(JSONObjectUtils.getURI(metadata, "jwks_uri")));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new JWKSetUnavailableException("interrupted while asking the issuer", e);
    } catch (IOException | ParseException | IllegalArgumentException | NullPointerException e) {
      throw new JWKSetUnavailableException("the issuer's keys are not available", e);
    }
  }

  private String read(URI address) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(address).timeout(PATIENCE).build();
    HttpResponse<byte[]> answer = WholeAnswer.of(client, request, PATIENCE, MAX_DOCUMENT_BYTES);
    if (answer.statusCode() != 200) {
      throw new IOException(address + " answers with " + answer.statusCode());
    }
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  private URI discovery() {
    String base = issuer.toString().replaceFirst("/$", "");
    return URI.create(base + "/.well-known/openid-configuration");
  }

  @Override
  public void close() {
    // Nothing to close.
  }
}
