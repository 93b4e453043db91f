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

/// The public keys of an OpenID Connect issuer, found as OpenID Connect Discovery 1.0 section 4
/// says. Asks the issuer at each call; to be used behind a cache.
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
      // Section 4.3: metadata of another issuer must not be used.
      if (!issuer.toString().equals(metadata.get("issuer"))) {
        throw new JWKSetUnavailableException("the issuer's metadata is another's");
      }
      return JWKSet.parse(read(JSONObjectUtils.getURI(metadata, "jwks_uri").toURL()));
    } catch (IOException | ParseException | IllegalArgumentException | NullPointerException e) {
      throw new JWKSetUnavailableException("the issuer's keys cannot be had", e);
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
    // Nothing is held between calls.
  }
}
