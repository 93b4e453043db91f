package parley.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/// The secret of an API key, `sgk_` and 256 random bits. It is shown once and never kept: the
/// database holds its SHA-256, which suffices because nobody can guess 256 random bits.
public record ApiKeySecret(String text) {
  static final String PREFIX = "sgk_";
  private static final SecureRandom RANDOM = new SecureRandom();

  public static ApiKeySecret random() {
    byte[] bits = new byte[32];
    RANDOM.nextBytes(bits);
    return new ApiKeySecret(PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bits));
  }

  public byte[] sha256() {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /// Hides the secret from logs.
  @Override
  public String toString() {
    return "sgk_…";
  }
}
