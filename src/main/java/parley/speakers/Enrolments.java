package parley.speakers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import parley.audit.AuditAction;
import parley.audit.AuditTrail;
import parley.auth.Caller;
import parley.db.Database;
import parley.json.Json;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.speakers.ReferenceTable.Reference;
import parley.storage.Blobs;
import parley.storage.Sha256;
import parley.storage.SpoolFile;
import parley.tenants.TenantId;
import parley.tenants.TenantTable;
import parley.tenants.UserId;

/// Enrols people who have given their consent.
public final class Enrolments {
  /// Per request.
  public static final int MAX_REFERENCES = 5;

  private final Database database;
  private final Blobs blobs;
  private final SpeakerPolicies policies;
  private final Preflights preflights;
  private final AuditTrail audit;
  private final int maxSpeakers;
  private final Clock clock;
  private final ProfileFiles files;

  /// @param maxSpeakers how many a tenant may have
  public Enrolments(
      Database database,
      Blobs blobs,
      SpeakerPolicies policies,
      Preflights preflights,
      AuditTrail audit,
      int maxSpeakers,
      Clock clock) {
    this.database = database;
    this.blobs = blobs;
    this.policies = policies;
    this.preflights = preflights;
    this.audit = audit;
    this.maxSpeakers = maxSpeakers;
    this.clock = clock;
    this.files = new ProfileFiles(blobs, preflights);
  }

  /// The recordings of an enrolment; the caller closes them.
  ///
  /// @param references one to five
  public record Recordings(List<SpoolFile> references, SpoolFile consent) {}

  /// Measures the recordings without storing anything.
  ///
  /// @throws Problem as [#enrol], except SPEAKER_PREFLIGHT_FAILED
  public Preflight preflight(Caller caller, EnrolmentRequest request, Recordings recordings)
      throws IOException {
    return assess(caller, request, recordings, policies.of(caller.tenant())).preflight();
  }

  /// Enrols a person.
  ///
  /// @param allowed called before anything is stored; an exception ends the enrolment
  /// @throws Problem SPEAKER_POLICY_FORBIDS if the tenant forbids enrolment, SPEAKER_WITHDRAWN if
  ///   the user has withdrawn, TOO_MANY_SPEAKERS, SPEAKER_PREFLIGHT_FAILED if the recordings are
  ///   not good enough, and whatever [Preflights#enrolment] throws; nothing is kept in any of these
  ///   cases
  public Speaker enrol(
      Caller caller, EnrolmentRequest request, Recordings recordings, Runnable allowed)
      throws IOException {
    TenantId tenant = caller.tenant();
    SpeakerPolicy policy = policies.of(tenant);
    Preflights.Assessment assessment = assess(caller, request, recordings, policy);
    requirePassed(assessment.preflight());
    allowed.run();
    try (SpoolFile embedding = files.embedding(assessment.voice())) {
      Instant now = clock.instant();
      Speaker speaker =
          new Speaker(
              tenant,
              SpeakerId.random(),
              request.displayName(),
              request.languagePrimary(),
              request.description(),
              request.user(),
              files.profile(embedding, assessment.speechMillis()),
              Json.write(assessment.preflight()),
              null,
              now,
              expiry(policy, request.expiresAt(), now));
      return blobs.keepAll(
          tenant,
          caller.user(),
          files.contents(embedding, recordings.references(), policy),
          transaction -> {
            SpeakerTable.lockForEnrolment(transaction, tenant);
            requireAllowed(transaction, tenant, request);
            Speaker enrolled =
                underPolicyOfNow(transaction, speaker, request.expiresAt(), assessment.preflight());
            SpeakerTable.insert(transaction, enrolled);
            List<String> hashes = new ArrayList<>();
            for (SpoolFile reference : recordings.references()) {
              Sha256 sha256 = sealed(reference);
              hashes.add(sha256.hex());
              ReferenceTable.insert(
                  transaction, speaker, new Reference(sha256, policy.retainReference()), now);
            }
            ConsentTable.insert(
                transaction,
                tenant,
                speaker.id(),
                new ConsentRecord(
                    ConsentRecord.GIVEN,
                    speaker.id().toString(),
                    request.displayName(),
                    request.languagePrimary(),
                    request.user() == null ? null : request.user().value(),
                    request.fullName(),
                    request.statedPurpose(),
                    request.consentText(),
                    hashes,
                    sealed(recordings.consent()).hex(),
                    assessment.preflight(),
                    caller.user().value(),
                    caller.key().value(),
                    now));
            audit.record(
                transaction,
                caller,
                AuditAction.SPEAKER_ENROL,
                speaker.id().toString(),
                Map.of("display_name", speaker.displayName()));
            return enrolled;
          });
    }
  }

  /// The policy may have changed while the recordings were measured, which takes a while.
  private Speaker underPolicyOfNow(
      Handle transaction, Speaker speaker, @Nullable Instant expiresAt, Preflight preflight) {
    SpeakerPolicy policy = policies.held(transaction, speaker.tenant());
    policy.requireEnrolment();
    if (policy.consentReading() == SpeakerPolicy.ConsentReading.REQUIRE) {
      requirePassed(PreflightRules.withTextRead(preflight));
    }
    return speaker.with(
        speaker.displayName(),
        speaker.description(),
        expiry(policy, expiresAt, speaker.createdAt()));
  }

  private Preflights.Assessment assess(
      Caller caller, EnrolmentRequest request, Recordings recordings, SpeakerPolicy policy)
      throws IOException {
    TenantId tenant = caller.tenant();
    policy.requireEnrolment();
    expiry(policy, request.expiresAt(), clock.instant());
    database.useTransaction(transaction -> requireAllowed(transaction, tenant, request));
    HashSet<Sha256> different = new HashSet<>();
    for (SpoolFile reference : recordings.references()) {
      if (!different.add(reference.seal())) {
        throw new Problem(ProblemCode.VALIDATION, "A reference recording came twice.")
            .at("reference");
      }
    }
    return preflights.enrolment(
        tenant,
        recordings.references().stream().map(SpoolFile::path).toList(),
        new Preflights.Consent(
            recordings.consent().path(),
            request.consentText(),
            request.languagePrimary(),
            policy.consentReading() == SpeakerPolicy.ConsentReading.REQUIRE));
  }

  private void requireAllowed(Handle transaction, TenantId tenant, EnrolmentRequest request) {
    UserId user = request.user();
    if (user != null) {
      if (TenantTable.userName(transaction, tenant, user).isEmpty()) {
        throw new Problem(ProblemCode.VALIDATION, "The tenant has no such user.").at("user_id");
      }
      if (ConsentTable.withdrawal(transaction, tenant, user).isPresent()) {
        throw new Problem(
            ProblemCode.SPEAKER_WITHDRAWN,
            "This user has withdrawn; nobody may enrol them until they say so themselves.");
      }
    }
    if (SpeakerTable.count(transaction, tenant) >= maxSpeakers) {
      throw new Problem(
          ProblemCode.TOO_MANY_SPEAKERS, "A tenant may enrol at most " + maxSpeakers + " people.");
    }
  }

  static void requirePassed(Preflight preflight) {
    if (preflight.failed()) {
      throw new Problem(
              ProblemCode.SPEAKER_PREFLIGHT_FAILED,
              "The recordings are not good enough: "
                  + String.join(", ", preflight.failReasons())
                  + ".")
          .with(PreflightRules.details(preflight))
          .withPreflight(preflight);
    }
  }

  /// The time at which the profile expires.
  ///
  /// @throws Problem VALIDATION if the time has passed or is later than the policy allows
  static Instant expiry(SpeakerPolicy policy, @Nullable Instant wanted, Instant now) {
    Instant latest = policy.latestExpiry(now);
    if (wanted == null) {
      return latest;
    }
    if (!wanted.isAfter(now) || wanted.isAfter(latest)) {
      throw Problem.invalid(
          "expires_at", "lies ahead, by at most " + policy.maxAgeDays() + " days");
    }
    return wanted;
  }

  private static Sha256 sealed(SpoolFile file) {
    try {
      return file.seal();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
