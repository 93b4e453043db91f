package parley.auth;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.text.TextEnum;

/// A permission of an API key or token.
public enum Permission implements TextEnum {
  MEDIA_READ("media:read"),
  MEDIA_WRITE("media:write"),
  ROOMS("rooms"),
  CALLS("calls"),
  CALLS_RECORD("calls:record"),
  TRANSCRIBE("scaiecho:transcribe"),
  DIARIZE("scaiecho:diarize"),
  /// Enrols voices, which are biometric data, so no other permission implies it, not even ADMIN.
  ENROLL("scaiecho:enroll"),
  ECHO_ADMIN("scaiecho:admin"),
  /// All permissions within the tenant, except ENROLL.
  ADMIN("admin"),
  /// All permissions in all tenants, except ENROLL.
  OPERATOR("operator");

  private final String text;

  Permission(String text) {
    this.text = text;
  }

  @Override
  public String text() {
    return text;
  }

  public static Permission parse(String text) {
    return TextEnum.parse(Permission.class, text)
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

  /// Parses a comma-separated list.
  public static Set<Permission> parseAll(String text) {
    return Arrays.stream(text.split(",", -1))
        .map(word -> parse(word.strip()))
        .collect(Collectors.toCollection(() -> EnumSet.noneOf(Permission.class)));
  }

  /// Every permission within a tenant, for the first key of a new installation.
  public static Set<Permission> allOfATenant() {
    return EnumSet.complementOf(EnumSet.of(OPERATOR));
  }
}
