package parley.speech;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import parley.auth.Caller;
import parley.db.Database;
import parley.jobs.Job;
import parley.jobs.JobId;
import parley.jobs.JobPriority;
import parley.jobs.Jobs;
import parley.json.Json;
import parley.media.MediaId;
import parley.media.bytes.FileBytes;
import parley.media.types.MediaType;
import parley.media.types.MediaTypeDetector;
import parley.metering.AudioEstimate;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.speakers.SpeakerRosters;
import parley.speech.TranscriptionRequest.Destination;
import parley.speech.TranscriptionRequest.Retention;
import parley.speech.TranscriptionRequest.Source;
import parley.speech.TranscriptionRequest.SpeakerRequest;
import parley.speech.transcript.SpeechOptions;
import parley.storage.BlobKey;
import parley.storage.Blobs;
import parley.storage.LocalFile;
import parley.storage.Sha256;
import parley.storage.SpoolFile;
import parley.tenants.RoomId;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// Asking for transcripts: each is a job, also the one that a request waits for.
public final class Transcriptions {
  private final Database database;
  private final Blobs blobs;
  private final Jobs jobs;
  private final TenantPolicies policies;
  private final SpeechBudget budget;
  private final TranscriptRooms rooms;
  private final SpeakerRosters rosters;

  public Transcriptions(
      Database database,
      Blobs blobs,
      Jobs jobs,
      TenantPolicies policies,
      SpeechBudget budget,
      TranscriptRooms rooms,
      SpeakerRosters rosters) {
    this.database = database;
    this.blobs = blobs;
    this.jobs = jobs;
    this.policies = policies;
    this.budget = budget;
    this.rooms = rooms;
    this.rosters = rosters;
  }

  /// What a caller asks for besides the recording.
  ///
  /// @param diarisation null where speakers are not to be distinguished
  /// @param room where the transcript is to be posted, if anywhere
  /// @param extras what the result is to contain besides
  public record Wish(
      SpeechOptions options,
      BackendPreference preference,
      @Nullable DiarisationOptions diarisation,
      @Nullable RoomId room,
      Set<TranscriptExtra> extras) {
    public Wish {
      extras = Set.copyOf(extras);
    }

    public Wish(
        SpeechOptions options,
        BackendPreference preference,
        @Nullable DiarisationOptions diarisation,
        @Nullable RoomId room) {
      this(options, preference, diarisation, room, Set.of());
    }

    private boolean separatesChannels() {
      return diarisation != null && diarisation.separateChannels();
    }

    /// Returns the same wish with these extras.
    public Wish with(Set<TranscriptExtra> others) {
      return new Wish(options, preference, diarisation, room, others);
    }
  }

  /// Queues a recording that was just received. It is kept for as long as the job needs it.
  ///
  /// @param fileName cleaned, never empty
  /// @param known whom the request names itself
  /// @throws Problem BACKEND_NOT_ALLOWED when the tenant's policy excludes the preferred backend,
  ///   BUDGET_EXCEEDED when the recording is longer than what is left of the tenant's budget, and
  ///   what [TranscriptRooms#requireMember], [SpeakerRosters#plan] and, with known speakers,
  ///   [SpeakerRosters#requireNaming] throw
  Job queue(
      Caller caller,
      SpoolFile recording,
      String fileName,
      Wish wish,
      KnownSpeakers known,
      JobPriority priority)
      throws IOException {
    TenantPolicy policy = checked(caller, wish);
    if (!known.names().isEmpty()) {
      rosters.requireNaming(caller.tenant());
    }
    TranscriptionRequest request =
        new TranscriptionRequest(
            wish.options(),
            recording.size(),
            policy.order(wish.preference()),
            speakers(caller, wish.diarisation(), known.names()),
            policy.retainAudio() ? new Retention(UUID.randomUUID(), fileName) : null,
            destination(wish, null),
            wish.extras(),
            new Source(fileName, null));
    Jobs.Order order =
        new Jobs.Order(
            TranscriptionJobs.NAME, Json.write(request), recording.seal(), seals(known), priority);
    MediaType type = MediaTypeDetector.detect(FileBytes.of(recording.path()), fileName);
    Optional<AudioEstimate> claim =
        budget.claim(caller.tenant(), recording.path(), wish.separatesChannels());
    List<Blobs.Received> received = new ArrayList<>();
    received.add(new Blobs.Received(recording, type.value()));
    known
        .samples()
        .forEach(sample -> received.add(new Blobs.Received(sample, MediaType.UNKNOWN.value())));
    return blobs.keepAll(
        caller.tenant(),
        caller.user(),
        received,
        transaction -> queue(transaction, caller.tenant(), caller.user(), order, claim));
  }

  /// Queues the stored content of a media entry, which stays stored whatever the policy.
  public Job queue(Caller caller, StoredRecordings.Recording stored, Wish wish) throws IOException {
    TenantPolicy policy = checked(caller, wish);
    SpeakerRequest speakers = speakers(caller, wish.diarisation(), List.of());
    return queue(caller.user(), stored, wish, policy, speakers, (transaction, job) -> {});
  }

  /// As [#queue(Caller, StoredRecordings.Recording, Wish)], for a user who has asked for it before
  /// and is not here; what they may is not asked again.
  ///
  /// @param record called in the transaction that queues it, which is undone when it throws
  public Job queue(
      UserId user, StoredRecordings.Recording stored, Wish wish, BiConsumer<Handle, JobId> record)
      throws IOException {
    return queue(user, stored, wish, policies.of(stored.content().tenant()), null, record);
  }

  private Job queue(
      UserId user,
      StoredRecordings.Recording stored,
      Wish wish,
      TenantPolicy policy,
      @Nullable SpeakerRequest speakers,
      BiConsumer<Handle, JobId> record)
      throws IOException {
    BlobKey content = stored.content();
    List<Backend> backends = policy.order(wish.preference());
    TranscriptionRequest request =
        new TranscriptionRequest(
            wish.options(),
            stored.size(),
            backends,
            speakers,
            null,
            destination(wish, stored.media()),
            wish.extras(),
            new Source(stored.fileName(), stored.media().value()));
    Jobs.Order order =
        new Jobs.Order(
            TranscriptionJobs.NAME,
            Json.write(request),
            content.sha256(),
            List.of(),
            JobPriority.BACKGROUND);
    Optional<AudioEstimate> claim = claim(content, wish);
    return database.inTransaction(transaction -> {
      if (!blobs.tryAddReference(transaction, content)) {
        throw new Problem(ProblemCode.MEDIA_NOT_FOUND, "The recording has been deleted.");
      }
      Job job = queue(transaction, content.tenant(), user, order, claim);
      record.accept(transaction, job.id());
      return job;
    });
  }

  private Optional<AudioEstimate> claim(BlobKey content, Wish wish) throws IOException {
    if (!budget.limits(content.tenant()) || !blobs.store().exists(content)) {
      return Optional.empty();
    }
    try (LocalFile recording = blobs.local(content)) {
      return budget.claim(content.tenant(), recording.path(), wish.separatesChannels());
    }
  }

  private Job queue(
      Handle transaction,
      TenantId tenant,
      UserId user,
      Jobs.Order order,
      Optional<AudioEstimate> claim) {
    Job job = jobs.queue(transaction, tenant, user, order);
    claim.ifPresent(measured -> budget.reserve(transaction, job, measured));
    return job;
  }

  private static @Nullable Destination destination(Wish wish, @Nullable MediaId media) {
    RoomId room = wish.room();
    return room == null
        ? null
        : new Destination(room.value(), media == null ? null : media.value());
  }

  private static List<Sha256> seals(KnownSpeakers known) throws IOException {
    List<Sha256> seals = new ArrayList<>();
    for (SpoolFile sample : known.samples()) {
      seals.add(sample.seal());
    }
    return seals;
  }

  private @Nullable SpeakerRequest speakers(
      Caller caller, @Nullable DiarisationOptions options, List<String> known) {
    return options == null
        ? null
        : new SpeakerRequest(
            rosters.plan(caller, options.roster()),
            options.count(),
            options.separateChannels(),
            known);
  }

  private TenantPolicy checked(Caller caller, Wish wish) {
    if (wish.room() != null) {
      rooms.requireMember(caller, wish.room());
    }
    return policies.of(caller.tenant());
  }
}
