package parley.auth;

import java.security.SecureRandom;
import java.util.Base64;
import org.apache.commons.codec.digest.DigestUtils;

/// The secret of an API key: `sgk_` and 256 random bits. It is shown once and never stored. The
/// database contains its plain SHA-256; random secrets of this length need no password hash.
public record ApiKeySecret(String text) {
  static final String PREFIX = "sgk_";
  private static final SecureRandom RANDOM = new SecureRandom();

  public static ApiKeySecret random() {
    byte[] bits = new byte[32];
    RANDOM.nextBytes(bits);
    return new ApiKeySecret(PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bits));
  }

  public byte[] sha256() {
    return DigestUtils.sha256(text);
  }

  /// Keeps the secret out of logs.
  @Override
  public String toString() {
    return "sgk_…";
  }
}
