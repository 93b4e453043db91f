package parley.speech.transcript;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import parley.problem.Problem;

/// Names and terms that a caller expects to be spoken, spelled as the transcript should spell them.
public record Keyterms(@JsonValue List<String> terms) {
  /// Maximum number of terms.
  public static final int MAX_TERMS = 100;

  /// Maximum length of a term, in characters.
  public static final int MAX_LENGTH = 100;

  /// No terms.
  public static final Keyterms NONE = new Keyterms(List.of());

  /// The name of the request field in every API.
  public static final String FIELD = "keyterms";

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public Keyterms {
    terms = List.copyOf(terms);
  }

  /// Parses the values of a request field. Each value is one term or several, separated by commas;
  /// blank ones and repetitions are dropped.
  ///
  /// @throws Problem `VALIDATION` for more than [#MAX_TERMS] terms, for one that is longer than
  ///   [#MAX_LENGTH], has a control character or has neither a letter nor a digit
  public static Keyterms parse(List<String> values) {
    Set<String> terms = new LinkedHashSet<>();
    for (String value : values) {
      for (String part : value.split(",", -1)) {
        String term = part.strip();
        if (!term.isEmpty()) {
          terms.add(checked(term));
        }
        if (terms.size() > MAX_TERMS) {
          throw Problem.invalid(FIELD, "has at most " + MAX_TERMS + " terms");
        }
      }
    }
    return new Keyterms(new ArrayList<>(terms));
  }

  /// Whether there are none.
  public boolean isEmpty() {
    return terms.isEmpty();
  }

  /// Returns the terms as the prompt of a server that takes no list of them.
  public String prompt() {
    return String.join(", ", terms);
  }

  private static String checked(String term) {
    if (term.codePointCount(0, term.length()) > MAX_LENGTH) {
      throw Problem.invalid(FIELD, "has terms of at most " + MAX_LENGTH + " characters");
    }
    if (term.codePoints().anyMatch(Character::isISOControl)) {
      throw Problem.invalid(FIELD, "has no control characters");
    }
    if (term.codePoints().noneMatch(Character::isLetterOrDigit)) {
      throw Problem.invalid(FIELD, "has a letter or a digit in each term");
    }
    return term;
  }
}
