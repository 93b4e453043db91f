package parley.auth;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import parley.problem.Problem;
import parley.problem.ProblemCode;

/// What a key may do.
public enum Permission {
  MEDIA_READ("media:read"),
  MEDIA_WRITE("media:write"),
  ROOMS("rooms"),
  CALLS("calls"),
  CALLS_RECORD("calls:record"),
  TRANSCRIBE("scaiecho:transcribe"),
  DIARIZE("scaiecho:diarize"),
  /// Biometric: implied by no other permission, not even by ADMIN or OPERATOR.
  ENROLL("scaiecho:enroll"),
  ECHO_ADMIN("scaiecho:admin"),
  /// Everything within the key's own tenant but ENROLL.
  ADMIN("admin"),
  /// Everything in every tenant but ENROLL.
  OPERATOR("operator");

  private final String text;

  Permission(String text) {
    this.text = text;
  }

  /// As written in requests and in the database.
  public String text() {
    return text;
  }

  public static Permission parse(String text) {
    return Arrays.stream(values())
        .filter(permission -> permission.text.equals(text))
        .findFirst()
        .orElseThrow(() ->
            new Problem(
                    ProblemCode.VALIDATION,
                    "Unknown permission '%s'; there are: %s"
                        .formatted(
                            text,
                            Arrays.stream(values())
                                .map(Permission::text)
                                .collect(Collectors.joining(", "))))
                .at("permissions"));
  }

  /// Permissions with commas between them, as an operator writes them.
  public static Set<Permission> parseAll(String text) {
    return Arrays.stream(text.split(",", -1))
        .map(word -> parse(word.strip()))
        .collect(Collectors.toCollection(() -> EnumSet.noneOf(Permission.class)));
  }

  /// What the first key of a new installation may do: all of its tenant, nothing beyond it.
  public static Set<Permission> allOfATenant() {
    return EnumSet.complementOf(EnumSet.of(OPERATOR));
  }
}
