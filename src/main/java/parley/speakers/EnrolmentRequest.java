package parley.speakers;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import parley.problem.Problem;
import parley.tenants.NameValidator;
import parley.tenants.UserId;

/// Who is to be enrolled, and what they agreed to.
///
/// @param languagePrimary of most of what they say, as a code or name of a language
/// @param fullName of the person who consents
/// @param statedPurpose what they were told that their voice is used for
/// @param consentText what they agree to
/// @param user whose voice it is; null when that is not told
/// @param expiresAt null for the latest that is allowed
public record EnrolmentRequest(
    String displayName,
    String languagePrimary,
    @Nullable String description,
    String fullName,
    String statedPurpose,
    String consentText,
    @Nullable UserId user,
    @Nullable Instant expiresAt) {
  private static final int MAX_NAME = 200;
  private static final int MAX_LANGUAGE = 35;
  private static final int MAX_TEXT = 1_000;
  private static final int MAX_CONSENT_TEXT = 10_000;

  /// Throws VALIDATION for fields that are empty, too long or cannot be stored.
  public EnrolmentRequest {
    checkDisplayName(displayName);
    NameValidator.check(languagePrimary, "language_primary", "A language", 1, MAX_LANGUAGE);
    checkDescription(description);
    NameValidator.check(fullName, "consent_user_full_name", "A full name", 1, MAX_NAME);
    checkText(statedPurpose, "consent_stated_purpose", MAX_TEXT);
    checkText(consentText, "consent_text", MAX_CONSENT_TEXT);
  }

  static void checkDisplayName(String name) {
    NameValidator.check(name, "display_name", "A display name", 1, MAX_NAME);
  }

  static void checkDescription(@Nullable String description) {
    if (description != null) {
      checkText(description, "description", MAX_TEXT);
    }
  }

  private static void checkText(String text, String field, int max) {
    if (text.isBlank() || text.codePointCount(0, text.length()) > max) {
      throw Problem.invalid(field, "has 1 to " + max + " characters");
    }
    if (text.indexOf('\0') >= 0) {
      throw Problem.invalid(field, "holds a NUL character");
    }
  }
}
