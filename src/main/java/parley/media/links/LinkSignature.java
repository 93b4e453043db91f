package parley.media.links;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.SecretKey;

/// The expiry, signing key and signature of a link.
///
/// @param expiresAt in whole seconds
public record LinkSignature(Instant expiresAt, UUID key, String signature) {
  static final String ALGORITHM = "HmacSHA256";

  static LinkSignature of(LinkSubject subject, Instant expiresAt, UUID key, SecretKey secret) {
    return new LinkSignature(expiresAt, key, mac(subject, expiresAt, key, secret));
  }

  /// Whether the signature is valid for the subject. Takes constant time.
  boolean isOf(LinkSubject subject, SecretKey secret) {
    return MessageDigest.isEqual(bytes(signature), bytes(mac(subject, expiresAt, key, secret)));
  }

  private static String mac(LinkSubject subject, Instant expiresAt, UUID key, SecretKey secret) {
    // No two subjects have the same text, because the parts contain no line breaks. The first line
    // distinguishes these signatures from other uses of the key.
    String signed =
        String.join(
            "\n",
            "parley media link 1",
            subject.tenant().toString(),
            subject.id().toString(),
            String.valueOf(expiresAt.getEpochSecond()),
            key.toString());
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(secret);
      return Base64.getUrlEncoder().withoutPadding().encodeToString(mac.doFinal(bytes(signed)));
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("every Java has " + ALGORITHM, e);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
