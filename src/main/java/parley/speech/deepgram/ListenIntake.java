package parley.speech.deepgram;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import parley.problem.Problem;
import parley.text.Parsed;
import parley.web.Exchange;

/// Reads the query of a request to `/v1/listen`. Deepgram ignores parameters that it does not know.
record ListenIntake(Exchange exchange) {
  /// A boolean, false by default.
  ///
  /// @throws Problem BAD_REQUEST for anything but true and false
  boolean flag(String name) {
    return exchange.queryFlag(name);
  }

  Optional<String> text(String name) {
    return exchange.query(name).filter(value -> !value.isBlank());
  }

  List<String> all(String name) {
    return exchange.queryAll(name).stream().filter(value -> !value.isBlank()).toList();
  }

  /// A whole number.
  ///
  /// @throws Problem BAD_REQUEST unless it is from 1 to `max`
  Optional<Integer> whole(String name, int max) {
    return text(name).map(_ -> exchange.query(name, 0, 1, max));
  }

  /// A number.
  ///
  /// @throws Problem BAD_REQUEST unless it is between `min` and `max`
  Optional<Double> number(String name, double min, double max) {
    return text(name)
        .map(value ->
            Parsed.of(value, Double::valueOf)
                .filter(number -> number >= min && number <= max)
                .orElseThrow(
                    () -> Problem.badRequest(name, "is a number from " + min + " to " + max)));
  }

  /// One of several words in lower case.
  Optional<String> oneOf(String name, List<String> words) {
    Optional<String> word = text(name).map(value -> value.toLowerCase(Locale.ROOT));
    if (word.isPresent() && !words.contains(word.get())) {
      throw Problem.badRequest(name, "is " + String.join(", ", words));
    }
    return word;
  }

  /// Whether something is asked for that is a flag or more than that.
  boolean asksFor(String name) {
    return all(name).stream().anyMatch(value -> !value.equalsIgnoreCase("false"));
  }
}
