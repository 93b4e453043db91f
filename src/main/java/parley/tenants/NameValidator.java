package parley.tenants;

import parley.problem.Problem;
import parley.problem.ProblemCode;

/// What names may look like that are shown in lists and written to logs.
public final class NameValidator {
  private NameValidator() {}

  /// Refuses a name that cannot be.
  ///
  /// @param what says whose name it is, as in "A tenant's name"
  /// @throws Problem VALIDATION when it has more or fewer characters, or such as steer a terminal
  public static void check(String name, String field, String what, int least, int most) {
    int length = name.codePointCount(0, name.length());
    if (length < least || length > most || (least > 0 && name.isBlank())) {
      throw refused(field, what + " has " + least + " to " + most + " characters.");
    }
    if (name.chars().anyMatch(Character::isISOControl)) {
      throw refused(field, what + " holds no control characters.");
    }
  }

  private static Problem refused(String field, String rule) {
    return new Problem(ProblemCode.VALIDATION, rule).at(field);
  }
}
