package parley.storage;

import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.apache.commons.codec.digest.DigestUtils;

/// A SHA-256 hash in lower-case hex.
public record Sha256(String hex) {
  private static final Pattern SHAPE = Pattern.compile("[0-9a-f]{64}");

  public Sha256 {
    if (!SHAPE.matcher(hex).matches()) {
      throw new IllegalArgumentException("no SHA-256 in hex: " + hex);
    }
  }

  static Sha256 of(byte[] digest) {
    return new Sha256(HexFormat.of().formatHex(digest));
  }

  /// The hash of these bytes.
  public static Sha256 ofContent(byte[] content) {
    return of(newDigest().digest(content));
  }

  static MessageDigest newDigest() {
    return DigestUtils.getSha256Digest();
  }

  @Override
  public String toString() {
    return hex;
  }
}
