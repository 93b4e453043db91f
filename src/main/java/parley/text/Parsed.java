package parley.text;

import java.time.DateTimeException;
import java.util.Optional;
import java.util.function.Function;

/// What a text that comes from outside says.
public final class Parsed {
  private Parsed() {}

  /// The number, day or time that a text is; empty for any other text.
  ///
  /// @param parse such as `Integer::valueOf` or `Instant::parse`
  public static <T> Optional<T> of(String text, Function<String, T> parse) {
    try {
      return Optional.of(parse.apply(text));
    } catch (NumberFormatException | DateTimeException other) {
      return Optional.empty();
    }
  }
}
