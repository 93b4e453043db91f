package parley.storage;

import java.util.HexFormat;
import java.util.regex.Pattern;

/// The SHA-256 of some content, in lower-case hex.
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

  @Override
  public String toString() {
    return hex;
  }
}
