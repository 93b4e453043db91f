package parley.speech;

import java.io.IOException;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import parley.auth.Caller;
import parley.db.Database;
import parley.jobs.Job;
import parley.jobs.Jobs;
import parley.jobs.Jobs.Urgency;
import parley.media.MediaId;
import parley.media.types.MediaType;
import parley.media.types.MediaTypeDetector;
import parley.metering.Meter;
import parley.problem.Problem;
import parley.speech.TranscriptionRequest.Destination;
import parley.speech.TranscriptionRequest.Retention;
import parley.speech.engine.Languages;
import parley.storage.BlobKey;
import parley.storage.Blobs;
import parley.storage.SpoolFile;
import parley.tenants.RoomId;
import parley.web.Json;

/// Asking for transcripts: each is a job, also the one that a request waits for.
public final class Transcriptions {
  private final Database database;
  private final Blobs blobs;
  private final Jobs jobs;
  private final TenantPolicies policies;
  private final Meter meter;
  private final TranscriptRooms rooms;

  public Transcriptions(
      Database database,
      Blobs blobs,
      Jobs jobs,
      TenantPolicies policies,
      Meter meter,
      TranscriptRooms rooms) {
    this.database = database;
    this.blobs = blobs;
    this.jobs = jobs;
    this.policies = policies;
    this.meter = meter;
    this.rooms = rooms;
  }

  /// What a caller asks for besides the recording.
  ///
  /// @param room where the transcript is to be posted, if anywhere
  public record Wish(SpeechOptions options, BackendPreference preference, @Nullable RoomId room) {
    /// A wish for a transcript that is posted nowhere.
    public Wish(SpeechOptions options, BackendPreference preference) {
      this(options, preference, null);
    }
  }

  /// Queues a recording that was just received. It is kept for as long as the job needs it.
  ///
  /// @param fileName cleaned, never empty
  /// @throws Problem BACKEND_NOT_ALLOWED when the tenant's policy excludes the preferred backend,
  ///   VALIDATION for an unknown language, BUDGET_EXCEEDED when the tenant's budget is used up, and
  ///   what [TranscriptRooms#requireMember] throws
  public Job queue(Caller caller, SpoolFile recording, String fileName, Wish wish, Urgency urgency)
      throws IOException {
    TenantPolicy policy = checked(caller, wish);
    TranscriptionRequest request =
        new TranscriptionRequest(
            wish.options(),
            recording.size(),
            policy.order(wish.preference()),
            policy.retainAudio() ? new Retention(UUID.randomUUID(), fileName) : null,
            destination(wish, null));
    Jobs.Order order =
        new Jobs.Order(TranscriptionJobs.NAME, Json.write(request), recording.seal(), urgency);
    MediaType type =
        MediaTypeDetector.detect(recording.head(MediaTypeDetector.HEAD_BYTES), fileName);
    return blobs.keep(
        caller.tenant(),
        recording,
        type.value(),
        transaction -> jobs.queue(transaction, caller, order));
  }

  /// Queues the stored content of a media entry, which stays stored whatever the policy.
  public Job queue(Caller caller, StoredRecordings.Recording stored, Wish wish) {
    BlobKey content = stored.content();
    List<Backend> backends = checked(caller, wish).order(wish.preference());
    TranscriptionRequest request =
        new TranscriptionRequest(
            wish.options(), stored.size(), backends, null, destination(wish, stored.media()));
    Jobs.Order order =
        new Jobs.Order(
            TranscriptionJobs.NAME, Json.write(request), content.sha256(), Urgency.BACKGROUND);
    return database.inTransaction(transaction -> {
      blobs.use(transaction, content);
      return jobs.queue(transaction, caller, order);
    });
  }

  private static @Nullable Destination destination(Wish wish, @Nullable MediaId media) {
    RoomId room = wish.room();
    return room == null
        ? null
        : new Destination(room.value(), media == null ? null : media.value());
  }

  private TenantPolicy checked(Caller caller, Wish wish) {
    Languages.check(wish.options().language());
    meter.check(caller.tenant());
    if (wish.room() != null) {
      rooms.requireMember(caller, wish.room());
    }
    return policies.of(caller.tenant());
  }
}
