package parley.speakers;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import parley.audit.AuditAction;
import parley.audit.AuditTrail;
import parley.auth.Caller;
import parley.db.Database;
import parley.paging.Cursor;
import parley.paging.Page;
import parley.paging.PageRequest;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// Finds, changes and erases speakers. SPEAKER_NOT_FOUND for those of other tenants, erased ones
/// and expired ones.
public final class Speakers {
  private final Database database;
  private final SpeakerPolicies policies;
  private final Erasures erasures;
  private final AuditTrail audit;
  private final Clock clock;

  public Speakers(
      Database database,
      SpeakerPolicies policies,
      Erasures erasures,
      AuditTrail audit,
      Clock clock) {
    this.database = database;
    this.policies = policies;
    this.erasures = erasures;
    this.audit = audit;
    this.clock = clock;
  }

  static Problem notFound() {
    return new Problem(ProblemCode.SPEAKER_NOT_FOUND, "There is no such speaker.");
  }

  public Speaker find(Caller caller, SpeakerId id) {
    return database.inTransaction(transaction ->
        SpeakerTable.find(transaction, caller.tenant(), id, clock.instant())
            .orElseThrow(Speakers::notFound));
  }

  /// The tenant's speakers after the cursor, newest first.
  public Page<Speaker> list(Caller caller, PageRequest page) {
    return database.inTransaction(transaction -> {
      List<Speaker> found = SpeakerTable.list(transaction, caller.tenant(), page, clock.instant());
      return page.page(found, speaker -> new Cursor(speaker.createdAt(), speaker.id().value()))
          .counted(SpeakerTable.count(transaction, caller.tenant()));
    });
  }

  /// The fields to change; null leaves one unchanged.
  ///
  /// @param description empty to have none
  public record Change(
      @Nullable String displayName, @Nullable String description, @Nullable Instant expiresAt) {}

  /// Changes a speaker.
  ///
  /// @throws Problem VALIDATION for an invalid name or text, and for an expiry that has passed or
  ///   is later than the policy allows
  public Speaker change(Caller caller, SpeakerId id, Change change) {
    return database.inTransaction(transaction -> {
      SpeakerPolicy policy = policies.held(transaction, caller.tenant());
      Instant now = clock.instant();
      Speaker before =
          SpeakerTable.lock(transaction, caller.tenant(), id, now).orElseThrow(Speakers::notFound);
      Speaker after = changed(policy, before, change, now);
      SpeakerTable.update(transaction, after);
      audit.record(
          transaction,
          caller,
          AuditAction.SPEAKER_CHANGE,
          id.toString(),
          Map.of("display_name", after.displayName(), "expires_at", after.expiresAt().toString()));
      return after;
    });
  }

  private static Speaker changed(SpeakerPolicy policy, Speaker before, Change change, Instant now) {
    String name = change.displayName == null ? before.displayName() : change.displayName;
    EnrolmentRequest.checkDisplayName(name);
    String description = change.description == null ? before.description() : change.description;
    if (description != null && description.isEmpty()) {
      description = null;
    }
    EnrolmentRequest.checkDescription(description);
    Instant expiry =
        change.expiresAt == null
            ? before.expiresAt()
            : Enrolments.expiry(policy, change.expiresAt, now);
    return before.with(name, description, expiry);
  }

  /// The consent log of a speaker, oldest first: the consent given, then later recordings.
  List<ConsentRecord.Entry> consent(Caller caller, SpeakerId id) {
    return database.inTransaction(transaction -> {
      if (SpeakerTable.find(transaction, caller.tenant(), id, clock.instant()).isEmpty()) {
        throw notFound();
      }
      return ConsentTable.list(transaction, caller.tenant(), id);
    });
  }

  /// Erases a speaker's profile.
  ///
  /// @throws parley.storage.StorageUnavailable if the store is away; nothing is erased then
  public Erasure erase(Caller caller, SpeakerId id) throws IOException {
    erasures.requireStore(find(caller, id));
    return database.inTransaction(transaction -> {
      Speaker speaker =
          SpeakerTable.lock(transaction, caller.tenant(), id, clock.instant())
              .orElseThrow(Speakers::notFound);
      return erasures
          .erase(transaction, List.of(speaker), Erasure.Reason.DELETED, caller)
          .getFirst();
    });
  }

  /// Erases all profiles of the caller's own voice, and forbids enrolling them until they [#allow]
  /// it again.
  ///
  /// @param id one of these profiles
  /// @throws Problem PERMISSION_DENIED if it is somebody else's voice
  public Erasure withdraw(Caller caller, SpeakerId id) throws IOException {
    TenantId tenant = caller.tenant();
    Speaker named = find(caller, id);
    if (!caller.user().equals(named.user())) {
      throw new Problem(
          ProblemCode.PERMISSION_DENIED, "Only the person whose voice it is can withdraw.");
    }
    erasures.requireStore(named);
    // In its own transaction, and first: a concurrent enrolment has either committed before it, or
    // sees it. Blobs are released later, because an enrolment locks them while it waits for this.
    database.useTransaction(transaction -> {
      SpeakerTable.lockForEnrolment(transaction, tenant);
      ConsentTable.withdraw(transaction, tenant, caller.user(), clock.instant());
    });
    return database.inTransaction(transaction -> {
      List<Speaker> own = SpeakerTable.lockOf(transaction, tenant, caller.user());
      Instant now = clock.instant();
      own.forEach(speaker ->
          ConsentTable.insert(transaction, tenant, speaker.id(), withdrawal(caller, speaker, now)));
      return erasures.erase(transaction, own, Erasure.Reason.WITHDRAWN, caller).stream()
          .filter(erasure -> erasure.speaker().equals(id))
          .findFirst()
          .orElseThrow(Speakers::notFound);
    });
  }

  private static ConsentRecord withdrawal(Caller caller, Speaker speaker, Instant now) {
    return new ConsentRecord(
        ConsentRecord.WITHDRAWN,
        speaker.id().toString(),
        null,
        null,
        caller.user().value(),
        null,
        null,
        null,
        List.of(),
        null,
        null,
        caller.user().value(),
        caller.key().value(),
        now);
  }

  /// When the caller withdrew; empty if they can be enrolled.
  public Optional<Instant> withdrawal(Caller caller) {
    return database.inTransaction(
        transaction -> ConsentTable.withdrawal(transaction, caller.tenant(), caller.user()));
  }

  /// Revokes the withdrawal, so that the caller can be enrolled again.
  public void allow(Caller caller) {
    UserId user = caller.user();
    database.useTransaction(transaction -> {
      if (ConsentTable.withdrawal(transaction, caller.tenant(), user).isPresent()) {
        ConsentTable.takeBackWithdrawal(transaction, caller.tenant(), user);
        audit.record(transaction, caller, AuditAction.SPEAKER_ALLOW, user.toString(), Map.of());
      }
    });
  }

  /// The tenant's erasures after the cursor, newest first.
  public Page<Erasure> erasures(Caller caller, PageRequest page) {
    return database.inTransaction(transaction ->
        page.page(
            ConsentTable.erasures(transaction, caller.tenant(), page),
            erasure -> new Cursor(erasure.at(), erasure.id())));
  }
}
