package parley.speakers;

import java.time.Duration;
import java.time.Instant;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.text.TextEnum;

/// The rules of a tenant for enrolment and naming. JSON of the API.
///
/// @param enrolment whether anybody may be enrolled
/// @param naming who is named where speakers are told apart
/// @param anonymous whether voices may be told apart that are nobody's who is enrolled
/// @param consentReading whether the consent text has to be read out
/// @param retainReference whether reference recordings are stored, so that a profile can be made
///   again for another voice model
/// @param maxAgeDays how far ahead a profile may expire, 1 to [#MAX_AGE_DAYS]
public record SpeakerPolicy(
    boolean enrolment,
    Naming naming,
    boolean anonymous,
    ConsentReading consentReading,
    boolean retainReference,
    int maxAgeDays) {
  /// Three years, including a leap day.
  public static final int MAX_AGE_DAYS = 1096;

  /// The default, which stores no more than necessary.
  public static final SpeakerPolicy DEFAULT =
      new SpeakerPolicy(true, Naming.TENANT, true, ConsentReading.RECORD, false, MAX_AGE_DAYS);

  public SpeakerPolicy {
    if (maxAgeDays < 1 || maxAgeDays > MAX_AGE_DAYS) {
      throw Problem.invalid("max_age_days", "is a whole number from 1 to " + MAX_AGE_DAYS);
    }
  }

  /// Who may be named.
  public enum Naming implements TextEnum {
    /// Everybody enrolled in the tenant.
    TENANT,
    /// Only those listed in the request.
    REQUEST,
    OFF;

    @Override
    public String toString() {
      return text();
    }
  }

  /// Whether the consent text must be read out, or the match is only recorded.
  public enum ConsentReading implements TextEnum {
    RECORD,
    REQUIRE;

    @Override
    public String toString() {
      return text();
    }
  }

  /// The latest time at which a profile may expire.
  Instant latestExpiry(Instant now) {
    return now.plus(Duration.ofDays(maxAgeDays));
  }

  /// Throws SPEAKER_POLICY_FORBIDS if enrolment is forbidden.
  void requireEnrolment() {
    if (!enrolment) {
      throw new Problem(
          ProblemCode.SPEAKER_POLICY_FORBIDS, "The tenant's policy forbids enrolment.");
    }
  }
}
