package parley.paging;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.UUID;
import parley.problem.Problem;

/// A position in a list that is sorted from new to old: after the entry with this time and id. For
/// clients it is an opaque string.
public record Cursor(Instant at, UUID id) {
  /// The position before all entries.
  public static final Cursor START =
      new Cursor(Instant.parse("9999-12-31T00:00:00Z"), new UUID(-1, -1));

  /// The position before all entries at this time or earlier.
  public static Cursor atOrBefore(Instant at) {
    return new Cursor(at, START.id);
  }

  private static final int BYTES = 3 * Long.BYTES;

  /// Parses the result of [#word].
  ///
  /// @throws Problem BAD_REQUEST for any other string
  public static Cursor parse(String word) {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(word));
      if (bytes.remaining() == BYTES) {
        Instant at = Instant.EPOCH.plus(bytes.getLong(), ChronoUnit.MICROS);
        if (!at.isAfter(START.at) && !at.isBefore(Instant.EPOCH)) {
          return new Cursor(at, new UUID(bytes.getLong(), bytes.getLong()));
        }
      }
    } catch (IllegalArgumentException notOurs) {
      // Reported below.
    }
    throw Problem.badRequest("cursor", "is invalid");
  }

  /// The string for clients. Times have microsecond precision, as in the database.
  public String word() {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(
            ByteBuffer.allocate(BYTES)
                .putLong(ChronoUnit.MICROS.between(Instant.EPOCH, at))
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .array());
  }
}
