package parley.paging;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.UUID;
import parley.problem.Problem;
import parley.problem.ProblemCode;

/// Where a list that runs from new to old was left: behind the entry of this time and id. Clients
/// see it as one opaque word.
public record Cursor(Instant at, UUID id) {
  /// Before every entry.
  public static final Cursor START =
      new Cursor(Instant.parse("9999-12-31T00:00:00Z"), new UUID(-1, -1));

  /// Before every entry that is no newer than this.
  public static Cursor atOrBefore(Instant at) {
    return new Cursor(at, START.id);
  }

  private static final int BYTES = 3 * Long.BYTES;

  /// Reads the word; BAD_REQUEST when it is none that a list has given.
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
      // Falls through to the one refusal.
    }
    throw new Problem(ProblemCode.BAD_REQUEST, "'cursor' is none that a list has given.")
        .at("cursor");
  }

  /// The word for clients. Times are kept to the microsecond, as the database does.
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
