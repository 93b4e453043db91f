package parley.media;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.text.Parsed;
import tools.jackson.databind.JsonNode;

/// Parses the fields of media in requests, for all dialects.
final class MediaFields {
  private static final int MAX_DESCRIPTION_CHARS = 1000;
  private static final int MAX_RETENTION_DAYS = 36_500;

  private MediaFields() {}

  /// A description as it is stored; null if it is absent or empty.
  ///
  /// @param field its name in the dialect
  static @Nullable String description(@Nullable String text, String field) {
    if (text == null || text.isEmpty()) {
      return null;
    }
    if (text.codePointCount(0, text.length()) > MAX_DESCRIPTION_CHARS) {
      throw new Problem(ProblemCode.BAD_REQUEST, "A description must have at most 1000 characters.")
          .at(field);
    }
    return stored(text, field);
  }

  /// The description in a JSON body.
  static @Nullable String description(@Nullable JsonNode given) {
    if (given == null || !(given.isString() || given.isNull())) {
      throw Problem.badRequest("description", "must be a string or null");
    }
    return description(given.isNull() ? null : given.asString(), "description");
  }

  /// Checks that the database can store the text, and returns it.
  static String stored(String text, String field) {
    if (text.indexOf('\0') >= 0) {
      throw Problem.badRequest(field, "contains a NUL character");
    }
    return text;
  }

  static @Nullable Integer retentionDays(Optional<String> field) {
    return field
        .map(text ->
            Parsed.of(text, Integer::valueOf)
                .filter(days -> days >= 1 && days <= MAX_RETENTION_DAYS)
                .orElseThrow(() ->
                    Problem.badRequest("retention_days", "must be a whole number from 1 to 36500")))
        .orElse(null);
  }

  /// Applies a JSON object to an entry: `description`, which null or an empty string clears, and
  /// `tenant_scope`. Fields that are absent remain unchanged.
  static Media changed(Media media, JsonNode change) {
    if (!change.isObject()) {
      throw new Problem(ProblemCode.BAD_JSON, "The body is not a JSON object.");
    }
    String description = media.description();
    if (change.has("description")) {
      description = description(change.get("description"));
    }
    boolean tenantScope = media.tenantScope();
    if (change.has("tenant_scope")) {
      JsonNode given = change.get("tenant_scope");
      if (!given.isBoolean()) {
        throw Problem.badRequest("tenant_scope", "must be true or false");
      }
      tenantScope = given.asBoolean();
    }
    return media.with(description, tenantScope, media.metadata());
  }
}
