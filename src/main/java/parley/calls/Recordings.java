package parley.calls;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jdbi.v3.core.Handle;
import parley.auth.Caller;
import parley.auth.Permission;
import parley.calls.RecordingState.Completed;
import parley.calls.RecordingState.Failed;
import parley.calls.RecordingState.Requested;
import parley.db.Database;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.tenants.Tenant;
import parley.tenants.TenantTable;
import parley.tenants.VideoOptions;

/// What members do with recordings of calls.
///
/// Starting and stopping takes a power of 50 or more in the call's room, or a key with
/// `calls:record`; everything else is as in [Calls].
public final class Recordings {
  /// For names of files, without the colons that some file systems refuse.
  private static final DateTimeFormatter FILE_TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH-mm-ss.SSS'Z'").withZone(ZoneOffset.UTC);

  /// LiveKit takes up to 24 seconds to say that no egress is free. If it takes longer, the
  /// recording shows the outcome.
  private static final Duration MAX_WAIT = Duration.ofSeconds(30);

  /// A webhook, also to another node, may be faster than the answer.
  private static final Duration POLLING_INTERVAL = Duration.ofMillis(250);

  /// Egress is busy with other recordings, or is being started.
  private static final Duration RETRY_AFTER = Duration.ofSeconds(15);

  private final Database database;
  private final RecordingTable table = new RecordingTable();
  private final Calls calls;
  private final TenantTable tenants;
  private final RecordingChanges changes;
  private final Optional<RecordingSteps> steps;

  /// @param steps empty when no place for recordings is configured
  public Recordings(
      Database database,
      Calls calls,
      TenantTable tenants,
      RecordingChanges changes,
      Optional<RecordingSteps> steps) {
    this.database = database;
    this.calls = calls;
    this.tenants = tenants;
    this.changes = changes;
    this.steps = steps;
  }

  /// Starts to record a call, or returns the recording that is under way. Returns once an egress
  /// has taken it, or half a minute later. Members are told that the call is recorded when it is.
  ///
  /// @param options pictures are ignored for audio calls, which have none
  /// @throws Problem CALL_FORBIDDEN, CALL_ENDED, CALL_RECORDING_DISABLED for a tenant that does not
  ///   record, CALL_RECORDING_UNAVAILABLE where this server cannot, CALL_RECORDING_STOPPING while
  ///   the one before is being stopped
  public Recording start(Caller caller, CallId id, RecordingOptions options) {
    Begun begun = database.inTransaction(transaction -> begin(transaction, caller, id, options));
    if (begun.isNew() && !steps().prepare(begun.recording())) {
      throw unavailable(RecordingReasons.NO_PLACE);
    }
    Future<?> answer =
        begun.isNew() ? steps().begin(begun.recording()) : new CompletableFuture<Void>();
    Recording now = awaitTaken(begun.recording().ref(), answer);
    if (now.state() instanceof Failed failed) {
      throw unavailable("The recording could not be started. " + failed.reason());
    }
    return now;
  }

  private record Begun(Recording recording, boolean isNew) {}

  private Begun begin(Handle transaction, Caller caller, CallId id, RecordingOptions options) {
    Call call = held(transaction, caller, id);
    Tenant tenant = tenants.find(transaction, caller.tenant()).orElseThrow();
    if (!tenant.recordingsEnabled()) {
      throw new Problem(
          ProblemCode.CALL_RECORDING_DISABLED, "Calls of this tenant are not recorded.");
    }
    Optional<Recording> running = table.running(transaction, new CallRef(caller.tenant(), id));
    if (running.isPresent()) {
      if (running.get().state().isBeingStopped()) {
        throw new Problem(
                ProblemCode.CALL_RECORDING_STOPPING,
                "The previous recording is being stopped; try again in some seconds.")
            .with("Retry-After", "5");
      }
      return new Begun(running.get(), false);
    }
    steps();
    Instant now = changes.clock().instant();
    boolean video = options.video() && call.type() == CallType.VIDEO;
    if (!options.audio() && !video) {
      throw new Problem(ProblemCode.VALIDATION, "An audio call has only sound to record.")
          .at("audio");
    }
    Recording recording =
        new Recording(
            caller.tenant(),
            RecordingId.random(),
            id,
            caller.user(),
            now,
            new RecordingOptions(
                options.audio(),
                video,
                video ? options.picture().or(tenant.videoOptions()) : VideoOptions.UNSET,
                options.transcript()),
            "recordings/" + id + "/" + FILE_TIME.format(now) + ".mp4",
            new RecordingState.Requested(now, false),
            RecordingEnd.NONE,
            false,
            false,
            Recording.Transcription.NONE);
    changes.begin(transaction, call, recording);
    return new Begun(recording, true);
  }

  /// Stops the recording that is under way; its file becomes a media entry afterwards.
  ///
  /// @throws Problem CALL_NOT_RECORDED when none is, CALL_FORBIDDEN, CALL_ENDED
  public Recording stop(Caller caller, CallId id) {
    List<Recording> on = database.inTransaction(transaction -> on(transaction, caller, id));
    if (on.isEmpty()) {
      throw new Problem(ProblemCode.CALL_NOT_RECORDED, "The call is not being recorded.");
    }
    Recording newest = on.getLast();
    if (newest.state().mayRecord()) {
      return steps()
          .apply(
              newest.ref(),
              new RecordingInput.Stop(RecordingEndReason.STOPPED, changes.clock().instant()));
    }
    on.forEach(recording -> steps().stopSoon(recording.ref()));
    return newest;
  }

  /// The recording that is under way; otherwise those that ought to be over and still go on.
  private List<Recording> on(Handle transaction, Caller caller, CallId id) {
    held(transaction, caller, id);
    Optional<Recording> running = table.running(transaction, new CallRef(caller.tenant(), id));
    return running.isPresent()
        ? List.of(running.get())
        : table.lingering(transaction, new CallRef(caller.tenant(), id));
  }

  /// The recordings of a call that are media now, the oldest first; for members of the room. The
  /// call shows the others, too.
  public List<Recording> finished(Caller caller, CallId id) {
    return calls.recordings(calls.find(caller, id)).stream()
        .filter(recording ->
            recording.state() instanceof Completed completed && completed.media() != null)
        .toList();
  }

  private Call held(Handle transaction, Caller caller, CallId id) {
    Calls.Held held = calls.hold(transaction, caller, id);
    if (!held.member().isAdmin() && !caller.may(Permission.CALLS_RECORD)) {
      throw new Problem(
          ProblemCode.CALL_FORBIDDEN,
          "Only admins of the room, and keys with calls:record, record a call.");
    }
    return held.call();
  }

  private Recording find(RecordingRef ref) {
    return database.inTransaction(transaction -> table.find(transaction, ref).orElseThrow());
  }

  private RecordingSteps steps() {
    return steps.orElseThrow(
        () -> unavailable("This server has no place for recordings: no S3 and no shared folder."));
  }

  private static Problem unavailable(String why) {
    return new Problem(ProblemCode.CALL_RECORDING_UNAVAILABLE, why).retryAfter(RETRY_AFTER);
  }

  /// The recording once egress has taken or refused it, or does not answer.
  private Recording awaitTaken(RecordingRef ref, Future<?> answer) {
    long until = System.nanoTime() + MAX_WAIT.toNanos();
    Recording now = find(ref);
    boolean answered = false;
    while (now.state() instanceof Requested && !answered && System.nanoTime() < until) {
      answered = await(answer);
      now = find(ref);
    }
    return now;
  }

  private static boolean await(Future<?> answer) {
    try {
      answer.get(POLLING_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException slow) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("egress could not be asked", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}
