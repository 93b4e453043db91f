package parley.speakers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.audit.AuditAction;
import parley.audit.AuditTrail;
import parley.auth.Caller;
import parley.db.Database;
import parley.json.Json;
import parley.media.bytes.FileBytes;
import parley.media.types.MediaTypeDetector;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.speakers.ReferenceTable.Reference;
import parley.storage.BlobKey;
import parley.storage.Blobs;
import parley.storage.Blobs.Received;
import parley.storage.Sha256;
import parley.storage.SpoolFile;
import parley.tenants.TenantId;
import parley.tenants.TenantTable;
import parley.tenants.UserId;

/// Makes profiles of people who agreed to it.
public final class Enrolments {
  private static final Logger LOG = LoggerFactory.getLogger(Enrolments.class);

  /// In one request.
  public static final int MAX_REFERENCES = 5;

  /// Of one speaker, however they came.
  private static final int MAX_REFERENCES_OF_SPEAKER = 20;

  private static final String EMBEDDING_TYPE = "application/octet-stream";

  private final Database database;
  private final SpeakerTable table = new SpeakerTable();
  private final ReferenceTable references = new ReferenceTable();
  private final ConsentTable consents = new ConsentTable();
  private final TenantTable tenants;
  private final Blobs blobs;
  private final SpeakerPolicies policies;
  private final Preflights preflights;
  private final AuditTrail audit;
  private final int maxSpeakers;
  private final Clock clock;

  /// @param maxSpeakers how many a tenant may have
  public Enrolments(
      Database database,
      TenantTable tenants,
      Blobs blobs,
      SpeakerPolicies policies,
      Preflights preflights,
      AuditTrail audit,
      int maxSpeakers,
      Clock clock) {
    this.database = database;
    this.tenants = tenants;
    this.blobs = blobs;
    this.policies = policies;
    this.preflights = preflights;
    this.audit = audit;
    this.maxSpeakers = maxSpeakers;
    this.clock = clock;
  }

  /// The recordings of an enrolment; the caller closes them.
  ///
  /// @param references one to five
  public record Recordings(List<SpoolFile> references, SpoolFile consent) {}

  /// Measures the recordings and stores nothing.
  ///
  /// @throws Problem as [#enrol], but for SPEAKER_PREFLIGHT_FAILED
  public Preflight preflight(Caller caller, EnrolmentRequest request, Recordings recordings)
      throws IOException {
    return heard(caller, request, recordings, policies.of(caller.tenant())).preflight();
  }

  /// Enrols somebody.
  ///
  /// @param allowed called before anything is stored, to end it by what it throws
  /// @throws Problem SPEAKER_POLICY_FORBIDS where the tenant has nobody enrolled, SPEAKER_WITHDRAWN
  ///   when the user does not want to be, TOO_MANY_SPEAKERS, SPEAKER_PREFLIGHT_FAILED when the
  ///   recordings are not good enough, and what [Preflights#enrolment] throws; nothing stays then
  public Speaker enrol(
      Caller caller, EnrolmentRequest request, Recordings recordings, Runnable allowed)
      throws IOException {
    TenantId tenant = caller.tenant();
    SpeakerPolicy policy = policies.of(tenant);
    Preflights.Heard heard = heard(caller, request, recordings, policy);
    requirePassed(heard.preflight());
    allowed.run();
    try (SpoolFile embedding = stored(heard.voice())) {
      Instant now = clock.instant();
      Speaker speaker =
          new Speaker(
              tenant,
              SpeakerId.random(),
              request.displayName(),
              request.languagePrimary(),
              request.description(),
              request.user(),
              profile(embedding, heard.speechMillis()),
              Json.write(heard.preflight()),
              null,
              now,
              expiry(policy, request.expiresAt(), now));
      return blobs.keepAll(
          tenant,
          caller.user(),
          contents(embedding, recordings.references(), policy),
          transaction -> {
            table.lockForEnrolment(transaction, tenant);
            requireAllowed(transaction, tenant, request);
            table.insert(transaction, speaker);
            List<String> hashes = new ArrayList<>();
            for (SpoolFile reference : recordings.references()) {
              Sha256 sha256 = sealed(reference);
              hashes.add(sha256.hex());
              references.insert(
                  transaction, speaker, new Reference(sha256, policy.retainReference()), now);
            }
            consents.insert(
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
                    heard.preflight(),
                    caller.user().value(),
                    caller.key().value(),
                    now));
            audit.record(
                transaction,
                caller,
                AuditAction.SPEAKER_ENROL,
                speaker.id().toString(),
                Map.of("display_name", speaker.displayName()));
            return speaker;
          });
    }
  }

  /// Makes a profile better by one more recording of the same voice.
  ///
  /// @param allowed as for [#enrol]
  /// @throws Problem SPEAKER_NOT_FOUND, SPEAKER_STALE when the profile was made by another model
  ///   and cannot be compared, and as [#enrol]
  public Speaker addReference(Caller caller, SpeakerId id, SpoolFile recording, Runnable allowed)
      throws IOException {
    while (true) {
      try {
        return tryAddReference(caller, id, recording, allowed);
      } catch (ProfileChanged meanwhile) {
        LOG.debug("{} got another reference meanwhile", id);
      }
    }
  }

  /// The profile is no longer the one that was to be improved.
  private static final class ProfileChanged extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private Speaker tryAddReference(
      Caller caller, SpeakerId id, SpoolFile recording, Runnable allowed) throws IOException {
    TenantId tenant = caller.tenant();
    SpeakerPolicy policy = policies.of(tenant);
    policy.requireEnrolment();
    Sha256 sha256 = recording.seal();
    Speaker speaker =
        database.inTransaction(transaction -> {
          Speaker found = found(table.find(transaction, tenant, id, clock.instant()));
          requireNew(references.list(transaction, found), sha256);
          return found;
        });
    VoiceEmbedding known = known(speaker);
    Preflights.Heard heard = preflights.reference(tenant, recording.path(), known);
    requirePassed(heard.preflight());
    allowed.run();
    long speech = speaker.profile().speechMillis();
    VoiceEmbedding joined =
        known.joined((double) speech, heard.voice(), (double) heard.speechMillis());
    try (SpoolFile embedding = stored(joined)) {
      Speaker.Profile profile = profile(embedding, speech + heard.speechMillis());
      return blobs.keepAll(
          tenant,
          caller.user(),
          contents(embedding, List.of(recording), policy),
          transaction -> {
            Instant now = clock.instant();
            Speaker before = found(table.lock(transaction, tenant, id, now));
            if (!before.profile().equals(speaker.profile())) {
              throw new ProfileChanged();
            }
            requireNew(references.list(transaction, before), sha256);
            table.putProfile(transaction, before, profile);
            references.insert(
                transaction, before, new Reference(sha256, policy.retainReference()), now);
            consents.insert(
                transaction, tenant, id, further(caller, id, sha256, heard.preflight(), now));
            audit.record(
                transaction,
                caller,
                AuditAction.SPEAKER_REFERENCE,
                id.toString(),
                Map.of("sha256", sha256.hex()));
            blobs.release(transaction, before.embedding());
            return found(table.find(transaction, tenant, id, now));
          });
    }
  }

  private Preflights.Heard heard(
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
      if (tenants.userName(transaction, tenant, user).isEmpty()) {
        throw new Problem(ProblemCode.VALIDATION, "The tenant has no such user.").at("user_id");
      }
      if (consents.withdrawal(transaction, tenant, user).isPresent()) {
        throw new Problem(
            ProblemCode.SPEAKER_WITHDRAWN,
            "This user has withdrawn; nobody may enrol them until they say so themselves.");
      }
    }
    if (table.count(transaction, tenant) >= maxSpeakers) {
      throw new Problem(
          ProblemCode.TOO_MANY_SPEAKERS, "A tenant may enrol at most " + maxSpeakers + " people.");
    }
  }

  private static void requireNew(List<Reference> references, Sha256 sha256) {
    if (references.stream().anyMatch(reference -> reference.sha256().equals(sha256))) {
      throw new Problem(ProblemCode.VALIDATION, "The profile was made of this recording already.")
          .at("reference");
    }
    if (references.size() >= MAX_REFERENCES_OF_SPEAKER) {
      throw new Problem(
              ProblemCode.VALIDATION,
              "A profile is made of at most " + MAX_REFERENCES_OF_SPEAKER + " recordings.")
          .at("reference");
    }
  }

  private static void requirePassed(Preflight preflight) {
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

  private VoiceEmbedding known(Speaker speaker) throws IOException {
    if (!speaker.profile().model().equals(preflights.analyser().model())) {
      throw new Problem(
          ProblemCode.SPEAKER_STALE,
          "The profile was made by another voice model; enrol the person anew.");
    }
    return VoiceProfiles.read(blobs, speaker);
  }

  private static Speaker found(Optional<Speaker> speaker) {
    return speaker.orElseThrow(Speakers::notFound);
  }

  private SpoolFile stored(VoiceEmbedding voice) throws IOException {
    SpoolFile file = blobs.receive();
    byte[] bytes = voice.bytes();
    file.write(bytes, 0, bytes.length);
    return file;
  }

  private Speaker.Profile profile(SpoolFile embedding, long speechMillis) throws IOException {
    VoiceAnalyser voices = preflights.analyser();
    return new Speaker.Profile(
        embedding.seal(), (int) embedding.size(), voices.model(), voices.naming(), speechMillis);
  }

  private static List<Received> contents(
      SpoolFile embedding, List<SpoolFile> recordings, SpeakerPolicy policy) throws IOException {
    List<Received> contents = new ArrayList<>();
    contents.add(new Received(embedding, EMBEDDING_TYPE));
    if (policy.retainReference()) {
      for (SpoolFile recording : recordings) {
        contents.add(
            new Received(
                recording,
                MediaTypeDetector.detect(FileBytes.of(recording.path()), "reference").value()));
      }
    }
    return contents;
  }

  private static ConsentRecord further(
      Caller caller, SpeakerId id, Sha256 reference, Preflight preflight, Instant now) {
    return new ConsentRecord(
        ConsentRecord.REFERENCE,
        id.toString(),
        null,
        null,
        null,
        null,
        null,
        null,
        List.of(reference.hex()),
        null,
        preflight,
        caller.user().value(),
        caller.key().value(),
        now);
  }

  /// When the profile expires.
  ///
  /// @throws Problem VALIDATION for the past, and for what is later than the policy allows
  static Instant expiry(SpeakerPolicy policy, @Nullable Instant wanted, Instant now) {
    Instant latest = policy.latestExpiry(now);
    if (wanted == null) {
      return latest;
    }
    if (!wanted.isAfter(now) || wanted.isAfter(latest)) {
      throw new Problem(
              ProblemCode.VALIDATION,
              "'expires_at' lies ahead, by at most " + policy.maxAgeDays() + " days.")
          .at("expires_at");
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

  /// For [SpeakerUpkeep]: replaces a stale profile by one of the present model.
  void rebuild(Speaker speaker, VoiceEmbedding voice, long speechMillis) throws IOException {
    try (SpoolFile embedding = stored(voice)) {
      Speaker.Profile profile = profile(embedding, speechMillis);
      blobs.keepAll(
          speaker.tenant(),
          // Nobody's upload.
          UserId.random(),
          List.of(new Received(embedding, EMBEDDING_TYPE)),
          transaction -> {
            Instant now = clock.instant();
            Speaker before = found(table.lock(transaction, speaker.tenant(), speaker.id(), now));
            BlobKey old = before.embedding();
            table.putProfile(transaction, before, profile);
            audit.recordOwn(
                transaction,
                speaker.tenant(),
                AuditAction.SPEAKER_REBUILD,
                speaker.id().toString(),
                Map.of("model", profile.model().name(), "version", profile.model().version()));
            blobs.release(transaction, old);
            return true;
          });
    }
  }
}
