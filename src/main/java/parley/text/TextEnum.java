package parley.text;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/// An enumeration that JSON and the database represent by [#text].
public interface TextEnum {
  String name();

  /// The constant's name in lower case by default.
  @JsonValue
  default String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The constant with this text; empty when there is none.
  static <E extends Enum<E> & TextEnum> Optional<E> parse(Class<E> type, String text) {
    return Stream.of(type.getEnumConstants())
        .filter(constant -> constant.text().equals(text))
        .findFirst();
  }
}
