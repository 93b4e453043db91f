package parley.speakers;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.audit.AuditAction;
import parley.audit.AuditTrail;
import parley.auth.Caller;
import parley.db.Database;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.speakers.ReferenceTable.Reference;
import parley.storage.BlobKey;
import parley.storage.Blobs;
import parley.storage.Sha256;
import parley.storage.SpoolFile;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// Updates existing profiles: with a further recording, or for a new voice model.
public final class ProfileUpdates {
  private static final Logger LOG = LoggerFactory.getLogger(ProfileUpdates.class);

  /// Per speaker, over all requests.
  private static final int MAX_REFERENCES_OF_SPEAKER = 20;

  private final Database database;
  private final Blobs blobs;
  private final SpeakerPolicies policies;
  private final Preflights preflights;
  private final AuditTrail audit;
  private final Clock clock;
  private final ProfileFiles files;

  public ProfileUpdates(
      Database database,
      Blobs blobs,
      SpeakerPolicies policies,
      Preflights preflights,
      AuditTrail audit,
      Clock clock) {
    this.database = database;
    this.blobs = blobs;
    this.policies = policies;
    this.preflights = preflights;
    this.audit = audit;
    this.clock = clock;
    this.files = new ProfileFiles(blobs, preflights);
  }

  /// Improves a profile with a further recording of the same voice.
  ///
  /// @param allowed called before anything is stored; an exception ends the update
  /// @throws Problem SPEAKER_NOT_FOUND, SPEAKER_STALE if the profile belongs to another model and
  ///   cannot be compared, and as [Enrolments#enrol]
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

  /// The profile changed while the recording was measured.
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
          Speaker found = found(SpeakerTable.find(transaction, tenant, id, clock.instant()));
          requireNew(ReferenceTable.list(transaction, found), sha256);
          return found;
        });
    Voiceprint known = known(speaker);
    Preflights.Assessment assessment = preflights.reference(tenant, recording.path(), known);
    Enrolments.requirePassed(assessment.preflight());
    allowed.run();
    long speech = speaker.profile().speechMillis();
    Voiceprint joined =
        known.joined((double) speech, assessment.voice(), (double) assessment.speechMillis());
    try (SpoolFile embedding = files.embedding(joined)) {
      Speaker.Profile profile = files.profile(embedding, speech + assessment.speechMillis());
      return blobs.keepAll(
          tenant,
          caller.user(),
          files.contents(embedding, List.of(recording), policy),
          transaction -> {
            policies.held(transaction, tenant).requireEnrolment();
            Instant now = clock.instant();
            Speaker before = found(SpeakerTable.lock(transaction, tenant, id, now));
            if (!before.profile().equals(speaker.profile())) {
              throw new ProfileChanged();
            }
            requireNew(ReferenceTable.list(transaction, before), sha256);
            SpeakerTable.putProfile(transaction, before, profile);
            ReferenceTable.insert(
                transaction, before, new Reference(sha256, policy.retainReference()), now);
            ConsentTable.insert(
                transaction,
                tenant,
                id,
                referenceEntry(caller, id, sha256, assessment.preflight(), now));
            audit.record(
                transaction,
                caller,
                AuditAction.SPEAKER_REFERENCE,
                id.toString(),
                Map.of("sha256", sha256.hex()));
            blobs.release(transaction, before.embedding());
            return found(SpeakerTable.find(transaction, tenant, id, now));
          });
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

  private Voiceprint known(Speaker speaker) throws IOException {
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

  private static ConsentRecord referenceEntry(
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

  /// Replaces a stale profile by one of this node's model.
  void rebuild(Speaker speaker, Voiceprint voice, long speechMillis) throws IOException {
    try (SpoolFile embedding = files.embedding(voice)) {
      Speaker.Profile profile = files.profile(embedding, speechMillis);
      blobs.keepAll(
          speaker.tenant(),
          // No user owns this upload.
          UserId.random(),
          List.of(files.content(embedding)),
          transaction -> {
            Instant now = clock.instant();
            Speaker before =
                found(SpeakerTable.lock(transaction, speaker.tenant(), speaker.id(), now));
            BlobKey old = before.embedding();
            SpeakerTable.putProfile(transaction, before, profile);
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
