package parley.auth;

import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSetCacheRefreshEvaluator;
import com.nimbusds.jose.jwk.source.JWKSetSource;
import com.nimbusds.jose.jwk.source.JWKSetUnavailableException;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.jose.util.ResourceRetriever;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.text.ParseException;
import java.util.Map;

/// The public keys of an issuer, located by OpenID Connect Discovery 1.0, section 4. Fetches them
/// on each call, so use it behind a cache.
final class IssuerKeys implements JWKSetSource<SecurityContext> {
  private final URI issuer;
  private final ResourceRetriever retriever;

  IssuerKeys(URI issuer, ResourceRetriever retriever) {
    this.issuer = issuer;
    this.retriever = retriever;
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
      return JWKSet.parse(read(JSONObjectUtils.getURI(metadata, "jwks_uri").toURL()));
    } catch (IOException | ParseException | IllegalArgumentException | NullPointerException e) {
      throw new JWKSetUnavailableException("the issuer's keys are not available", e);
    }
  }

  private String read(URL address) throws IOException {
    return retriever.retrieveResource(address).getContent();
  }

  private URL discovery() throws MalformedURLException {
    String base = issuer.toString().replaceFirst("/$", "");
    return URI.create(base + "/.well-known/openid-configuration").toURL();
  }

  @Override
  public void close() {
    // Nothing to close.
  }
}
