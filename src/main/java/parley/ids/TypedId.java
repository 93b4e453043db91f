package parley.ids;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/// The id of one kind of object, a record of a single UUID. The database stores the bare UUID; the
/// wave dialect adds a prefix that names the kind, such as `med-`.
public interface TypedId {
  /// The characters of a UUID's canonical form (RFC 9562, section 4).
  int UUID_LENGTH = 36;

  UUID value();

  /// As the API writes it.
  @Override
  @JsonValue
  String toString();

  /// Parses a prefix, which may be empty, and a UUID in canonical form; empty for anything else.
  static <T extends TypedId> Optional<T> parse(String text, String prefix, Function<UUID, T> id) {
    if (!text.startsWith(prefix) || text.length() != prefix.length() + UUID_LENGTH) {
      return Optional.empty();
    }
    try {
      return Optional.of(id.apply(UUID.fromString(text.substring(prefix.length()))));
    } catch (IllegalArgumentException notAnId) {
      return Optional.empty();
    }
  }
}
