package parley.speakers;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import parley.audit.AuditAction;
import parley.audit.AuditTrail;
import parley.auth.Caller;
import parley.db.Database;
import parley.db.Signals;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.speakers.SpeakerRoster.Candidate;
import parley.tenants.RoomId;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// Creates rosters, and audits who was named with them.
public final class SpeakerRosters {
  private final Database database;
  private final SpeakerPolicies policies;
  private final VoiceProfiles profiles;
  private final RoomVoices rooms;
  private final @Nullable VoiceModel model;
  private final AuditTrail audit;
  private final Clock clock;
  private final Set<SpeakerRoster> open = ConcurrentHashMap.newKeySet();

  /// @param model of the rosters; null on a node without speech models
  public SpeakerRosters(
      Database database,
      SpeakerPolicies policies,
      VoiceProfiles profiles,
      RoomVoices rooms,
      @Nullable VoiceModel model,
      AuditTrail audit,
      Clock clock) {
    this.database = database;
    this.policies = policies;
    this.profiles = profiles;
    this.rooms = rooms;
    this.model = model;
    this.audit = audit;
    this.clock = clock;
  }

  /// Subscribes to erasures on other nodes; call before the signals are started.
  public void listen(Signals signals) {
    Erasures.listen(signals, this::erased);
  }

  /// Resolves the speakers of a request, so that invalid ones are refused at once; the plan can be
  /// stored with a job.
  ///
  /// @throws Problem SPEAKER_NOT_FOUND for a speaker that the tenant does not have,
  ///   SPEAKER_POLICY_FORBIDS if the tenant allows neither names nor anonymous voices, and whatever
  ///   [RoomVoices#members] throws
  public Plan plan(Caller caller, RosterSelection selection) {
    RoomId room = selection.room();
    Set<UserId> members = room == null ? Set.of() : rooms.members(caller, room);
    SpeakerPolicy policy = policies.of(caller.tenant());
    requireSomething(policy, selection.names());
    return database.inTransaction(transaction -> {
      Instant now = clock.instant();
      for (SpeakerId id : selection.speakers()) {
        if (SpeakerTable.find(transaction, caller.tenant(), id, now).isEmpty()) {
          throw Speakers.notFound().at("speakers");
        }
      }
      return new Plan(
          selection.names(),
          selection.speakers().stream().map(SpeakerId::toString).toList(),
          members.stream().map(UserId::toString).toList());
    });
  }

  /// The resolved speakers of a request, storable as JSON.
  ///
  /// @param named whether it names anybody; else all of the tenant are meant
  /// @param users those whose voices are meant
  public record Plan(boolean named, List<String> speakers, List<String> users) {
    public Plan {
      speakers = List.copyOf(speakers);
      users = List.copyOf(users);
    }

    private boolean wants(Speaker speaker) {
      UserId user = speaker.user();
      return !named
          || speakers.contains(speaker.id().toString())
          || (user != null && users.contains(user.toString()));
    }
  }

  /// Requires that the tenant's policy allows names at all.
  ///
  /// @throws Problem SPEAKER_POLICY_FORBIDS if it does not
  public void requireNaming(TenantId tenant) {
    if (policies.of(tenant).naming() == SpeakerPolicy.Naming.OFF) {
      throw new Problem(
          ProblemCode.SPEAKER_POLICY_FORBIDS, "The tenant's policy forbids to name speakers.");
    }
  }

  /// Opens the roster of a plan under the tenant's current policy; the caller closes it when the
  /// recording or stream is done.
  ///
  /// @throws Problem SPEAKER_POLICY_FORBIDS as [#plan]
  public SpeakerRoster open(TenantId tenant, Plan plan) throws IOException {
    SpeakerPolicy policy = policies.of(tenant);
    requireSomething(policy, plan.named());
    SpeakerRoster roster = new SpeakerRoster(tenant, plan.named(), policy.anonymous(), this);
    // Before the first profile is read, so that no erasure is missed.
    open.add(roster);
    try {
      if (names(policy, plan.named()) && model != null) {
        for (Speaker speaker : wanted(tenant, plan, model)) {
          profiles
              .load(speaker)
              .ifPresent(embedding ->
                  roster.add(
                      new SpeakerRoster.Entry(
                          speaker.id(),
                          speaker.displayName(),
                          embedding,
                          speaker.profile().threshold(),
                          speaker.expiresAt())));
        }
      }
      return roster;
    } catch (IOException | RuntimeException e) {
      roster.close();
      throw e;
    }
  }

  private List<Speaker> wanted(TenantId tenant, Plan plan, VoiceModel present) {
    return database
        .inTransaction(
            transaction -> SpeakerTable.ready(transaction, tenant, present, clock.instant()))
        .stream()
        .filter(plan::wants)
        .toList();
  }

  /// Audits, in the transaction that stores a result, who is named in it.
  ///
  /// @param user who asked for it
  /// @param recording what they were named in, such as a job's id
  /// @param named who, each once with their score
  /// @return those who are still enrolled; the result must not name anybody else
  public Set<SpeakerId> use(
      Handle transaction, TenantId tenant, UserId user, String recording, List<Candidate> named) {
    Instant now = clock.instant();
    List<SpeakerId> enrolled = new ArrayList<>();
    for (Candidate candidate : named) {
      if (SpeakerTable.hold(transaction, tenant, candidate.id(), now)) {
        enrolled.add(candidate.id());
        audit.record(
            transaction,
            tenant,
            user,
            AuditAction.SPEAKER_USE,
            candidate.id().toString(),
            Map.of(
                "recording", recording,
                "score", String.format(Locale.ROOT, "%.3f", candidate.score()),
                "threshold", String.format(Locale.ROOT, "%.3f", candidate.threshold())));
      }
    }
    return Set.copyOf(enrolled);
  }

  /// As [#use], in a transaction of its own, for results that are sent at once.
  public Set<SpeakerId> use(
      SpeakerRoster roster, UserId user, String recording, List<Candidate> named) {
    return database.inTransaction(
        transaction -> use(transaction, roster.tenant(), user, recording, named));
  }

  /// What may be told of the speakers of a stream at a moment.
  ///
  /// @param speakers who may be named
  /// @param anonymous whether others may be distinguished
  public record Nameable(Set<SpeakerId> speakers, boolean anonymous) {
    public Nameable {
      speakers = Set.copyOf(speakers);
    }
  }

  /// Tells which of these speakers may still be named: they are enrolled, and the tenant's policy,
  /// as it is now, allows it. For rosters that are open for long.
  ///
  /// @param tell called once; until it returns, no erasure of them is confirmed. Must not block
  public void whileNameable(SpeakerRoster roster, Set<SpeakerId> named, Consumer<Nameable> tell) {
    database.useTransaction(transaction -> {
      SpeakerPolicy policy = policies.of(transaction, roster.tenant());
      Set<SpeakerId> nameable = new HashSet<>();
      if (names(policy, roster.isRequested())) {
        Instant now = clock.instant();
        // In one order, as everybody who locks several.
        named.stream()
            .sorted(Comparator.comparing(SpeakerId::value))
            .filter(id -> SpeakerTable.hold(transaction, roster.tenant(), id, now))
            .forEach(nameable::add);
      }
      tell.accept(new Nameable(nameable, policy.anonymous()));
    });
  }

  /// The names of those of these speakers who are still enrolled: results store ids alone, so that
  /// nobody is named in an earlier result once they have been erased.
  public Map<SpeakerId, String> names(TenantId tenant, Set<SpeakerId> speakers) {
    return speakers.isEmpty()
        ? Map.of()
        : database.inTransaction(transaction -> names(transaction, tenant, speakers));
  }

  /// As [#names(TenantId, Set)].
  public Map<SpeakerId, String> names(
      Handle transaction, TenantId tenant, Set<SpeakerId> speakers) {
    return SpeakerTable.names(transaction, tenant, speakers, clock.instant());
  }

  void closed(SpeakerRoster roster) {
    open.remove(roster);
  }

  private void erased(SpeakerId speaker) {
    profiles.erase(speaker);
    open.forEach(roster -> roster.erase(speaker));
  }

  private static boolean names(SpeakerPolicy policy, boolean named) {
    return switch (policy.naming()) {
      case TENANT -> true;
      case REQUEST -> named;
      case OFF -> false;
    };
  }

  private static void requireSomething(SpeakerPolicy policy, boolean named) {
    if (!policy.anonymous() && !names(policy, named)) {
      throw new Problem(
          ProblemCode.SPEAKER_POLICY_FORBIDS,
          "The tenant's policy forbids to tell apart voices that are nobody's who is named.");
    }
  }
}
