package parley.speakers;

import java.time.Duration;
import java.time.Instant;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.text.TextEnum;

/// What a tenant lays down for the voices of its people. JSON of the API.
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
  /// Three years, with a leap day.
  public static final int MAX_AGE_DAYS = 1096;

  /// What holds until a tenant says otherwise: no more is stored than is needed.
  public static final SpeakerPolicy DEFAULT =
      new SpeakerPolicy(true, Naming.TENANT, true, ConsentReading.RECORD, false, MAX_AGE_DAYS);

  public SpeakerPolicy {
    if (maxAgeDays < 1 || maxAgeDays > MAX_AGE_DAYS) {
      throw new Problem(
              ProblemCode.VALIDATION,
              "'max_age_days' is a whole number from 1 to " + MAX_AGE_DAYS + ".")
          .at("max_age_days");
    }
  }

  /// Whose names are told.
  public enum Naming implements TextEnum {
    /// All who are enrolled in the tenant.
    TENANT,
    /// Those alone who are named in the request.
    REQUEST,
    OFF;

    @Override
    public String toString() {
      return text();
    }
  }

  /// What the comparison of the consent recording with the consent text is for.
  public enum ConsentReading implements TextEnum {
    RECORD,
    REQUIRE;

    @Override
    public String toString() {
      return text();
    }
  }

  /// When a profile expires at the latest.
  Instant latestExpiry(Instant now) {
    return now.plus(Duration.ofDays(maxAgeDays));
  }

  /// Refuses with SPEAKER_POLICY_FORBIDS where nobody may be enrolled.
  void requireEnrolment() {
    if (!enrolment) {
      throw new Problem(
          ProblemCode.SPEAKER_POLICY_FORBIDS, "The tenant's policy forbids enrolment.");
    }
  }
}
