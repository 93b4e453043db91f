package parley.tenants;

import parley.problem.Problem;
import parley.problem.ProblemCode;

/// Validates display names, which appear in lists and logs.
public final class NameValidator {
  private NameValidator() {}

  /// Checks a name.
  ///
  /// @param what starts the error message, as in "A tenant's name"
  /// @throws Problem VALIDATION when the length in code points is out of range, or the name
  ///   contains control characters
  public static void check(String name, String field, String what, int min, int max) {
    int length = name.codePointCount(0, name.length());
    if (length < min || length > max || (min > 0 && name.isBlank())) {
      throw invalid(field, what + " must have " + min + " to " + max + " characters.");
    }
    if (name.chars().anyMatch(Character::isISOControl)) {
      throw invalid(field, what + " must not contain control characters.");
    }
  }

  private static Problem invalid(String field, String rule) {
    return new Problem(ProblemCode.VALIDATION, rule).at(field);
  }
}
