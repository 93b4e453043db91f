package parley.calls;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import parley.auth.Caller;
import parley.auth.Permission;
import parley.calls.ParticipantRecordingTable.Session;
import parley.calls.RecordingState.Completed;
import parley.calls.RecordingState.Failed;
import parley.db.Database;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.tenants.Tenant;
import parley.tenants.TenantTable;
import parley.tenants.VideoOptions;

/// Starts, stops and lists recordings of calls.
///
/// Starting and stopping requires a power of 50 or more in the call's room, or a key with
/// `calls:record`; everything else is as in [Calls].
public final class Recordings {
  /// Egress is busy with other recordings, or is being started.
  private static final Duration RETRY_AFTER = Duration.ofSeconds(15);

  private final Database database;
  private final Calls calls;
  private final RecordingChanges changes;
  private final Optional<RecordingSteps> steps;
  private final Optional<ParticipantRecordings> participants;

  /// @param steps empty if no delivery location is configured
  /// @param participants empty if no delivery location is configured
  public Recordings(
      Database database,
      Calls calls,
      RecordingChanges changes,
      Optional<RecordingSteps> steps,
      Optional<ParticipantRecordings> participants) {
    this.database = database;
    this.calls = calls;
    this.changes = changes;
    this.steps = steps;
    this.participants = participants;
  }

  /// What is being recorded of a call.
  ///
  /// @param perParticipant whether each participant is recorded to a separate file; otherwise there
  ///   is exactly one recording
  public record Active(boolean perParticipant, List<Recording> recordings) {}

  /// Starts recording a call, or returns the recordings in progress. Returns once egress has
  /// accepted the recordings, or after half a minute. Members are notified once the call is being
  /// recorded.
  ///
  /// @param options video is ignored for audio calls
  /// @param perParticipant whether to record each participant, including those who join later, to a
  ///   separate file; null for the tenant's default
  /// @throws Problem CALL_FORBIDDEN, CALL_ENDED, CALL_RECORDING_DISABLED if the tenant has disabled
  ///   recording, CALL_RECORDING_UNAVAILABLE if this server cannot record, CALL_RECORDING_STOPPING
  ///   while the previous recording is being stopped
  public Active start(
      Caller caller, CallId id, RecordingOptions options, @Nullable Boolean perParticipant) {
    Begun begun =
        database.inTransaction(
            transaction -> begin(transaction, caller, id, options, perParticipant));
    List<Recording> recordings = awaitAccepted(begun);
    if (!recordings.isEmpty()
        && recordings.stream().allMatch(recording -> recording.state() instanceof Failed)) {
      turnOff(new CallRef(caller.tenant(), id));
      String reason = String.valueOf(recordings.getFirst().state().reason());
      throw unavailable(
          reason.equals(RecordingReasons.NO_LOCATION)
              ? reason
              : "The recording could not be started. " + reason);
    }
    return new Active(begun.active().perParticipant(), recordings);
  }

  private record Begun(Active active, boolean isNew) {}

  private List<Recording> awaitAccepted(Begun begun) {
    List<Recording> recordings = begun.active().recordings();
    if (begun.isNew()) {
      return steps().begin(recordings);
    }
    return begun.active().perParticipant() || steps.isEmpty()
        ? recordings
        : steps().awaitAccepted(recordings);
  }

  private Begun begin(
      Handle transaction,
      Caller caller,
      CallId id,
      RecordingOptions options,
      @Nullable Boolean perParticipant) {
    Call call = lock(transaction, caller, id);
    Tenant tenant = TenantTable.find(transaction, caller.tenant()).orElseThrow();
    if (!tenant.recordingsEnabled()) {
      throw new Problem(ProblemCode.CALL_RECORDING_DISABLED, "This tenant has disabled recording.");
    }
    boolean sessionOn = isSessionOn(transaction, call.ref());
    List<Recording> running = RecordingTable.running(transaction, call.ref());
    if (sessionOn || !running.isEmpty()) {
      if (!sessionOn && running.getFirst().state().isBeingStopped()) {
        throw new Problem(
                ProblemCode.CALL_RECORDING_STOPPING,
                "The previous recording is being stopped; try again in a few seconds.")
            .with("Retry-After", "5");
      }
      return new Begun(new Active(sessionOn, running), false);
    }
    steps();
    boolean each = perParticipant == null ? tenant.recordingParticipants() : perParticipant;
    return new Begun(
        new Active(
            each,
            each
                ? beginSession(transaction, call, caller, options, tenant)
                : List.of(beginWhole(transaction, call, caller, options, tenant))),
        true);
  }

  private Recording beginWhole(
      Handle transaction, Call call, Caller caller, RecordingOptions options, Tenant tenant) {
    boolean video = options.video() && call.type() == CallType.VIDEO;
    if (!options.audio() && !video) {
      throw new Problem(ProblemCode.VALIDATION, "An audio call has no video to record.")
          .at("audio");
    }
    Recording recording =
        Recording.requested(
            call,
            null,
            caller.user(),
            new RecordingOptions(
                options.audio(),
                video,
                video ? options.picture().or(tenant.videoOptions()) : VideoOptions.UNSET,
                options.transcript()),
            changes.clock().instant());
    changes.begin(transaction, call, recording);
    return recording;
  }

  private List<Recording> beginSession(
      Handle transaction, Call call, Caller caller, RecordingOptions options, Tenant tenant) {
    if (!options.audio() || (call.type() == CallType.VIDEO && !options.video())) {
      throw new Problem(
              ProblemCode.VALIDATION,
              "Participant recordings contain whatever the participant sends.")
          .at("participants");
    }
    if (options.picture().layout() != null) {
      throw new Problem(ProblemCode.VALIDATION, "Participant recordings have no layout.")
          .at("layout");
    }
    VideoOptions picture = options.picture().or(tenant.videoOptions());
    return participants
        .orElseThrow()
        .turnOn(
            transaction,
            call,
            new Session(
                call.tenant(),
                call.id(),
                caller.user(),
                changes.clock().instant(),
                options.transcript(),
                picture.width(),
                picture.height(),
                picture.videoKbps()));
  }

  private boolean isSessionOn(Handle transaction, CallRef call) {
    return participants.map(known -> known.isOn(transaction, call)).orElse(false);
  }

  private void turnOff(CallRef call) {
    participants.ifPresent(
        known -> database.useTransaction(transaction -> known.turnOff(transaction, call)));
  }

  /// Stops the recordings in progress; their files become media entries afterwards.
  ///
  /// @throws Problem CALL_NOT_RECORDED if there is none, CALL_FORBIDDEN, CALL_ENDED
  public Active stop(Caller caller, CallId id) {
    CallRef ref = new CallRef(caller.tenant(), id);
    Active on =
        database.inTransaction(transaction -> {
          lock(transaction, caller, id);
          boolean session = isSessionOn(transaction, ref);
          participants.ifPresent(known -> known.turnOff(transaction, ref));
          List<Recording> running = RecordingTable.running(transaction, ref);
          boolean ofParticipants =
              session || running.stream().anyMatch(one -> one.participant() != null);
          // Otherwise those whose recorders continue although they have ended.
          return running.isEmpty() && !session
              ? new Active(false, RecordingTable.lingering(transaction, ref))
              : new Active(ofParticipants, running);
        });
    if (on.recordings().isEmpty() && !on.perParticipant()) {
      throw new Problem(ProblemCode.CALL_NOT_RECORDED, "The call is not being recorded.");
    }
    List<Recording> stopped = on.recordings().stream().map(this::stop).toList();
    return on.perParticipant()
        ? new Active(true, stopped)
        : new Active(false, List.of(stopped.getLast()));
  }

  private Recording stop(Recording recording) {
    if (recording.state().mayRecord()) {
      return steps()
          .apply(
              recording.ref(),
              new RecordingInput.Stop(RecordingEndReason.STOPPED, changes.clock().instant()));
    }
    steps().stopSoon(recording.ref());
    return recording;
  }

  /// Returns the recordings of a call that are media entries, oldest first, for members of the
  /// room. The call itself shows all of them.
  public List<Recording> finished(Caller caller, CallId id) {
    return calls.recordings(calls.find(caller, id)).stream()
        .filter(recording ->
            recording.state() instanceof Completed completed && completed.media() != null)
        .toList();
  }

  private Call lock(Handle transaction, Caller caller, CallId id) {
    Calls.Locked locked = calls.lock(transaction, caller, id);
    if (!locked.member().isAdmin() && !caller.may(Permission.CALLS_RECORD)) {
      throw new Problem(
          ProblemCode.CALL_FORBIDDEN,
          "Only admins of the room and keys with calls:record may record a call.");
    }
    return locked.call();
  }

  private RecordingSteps steps() {
    return steps.orElseThrow(() ->
        unavailable(
            "This server cannot store recordings: neither S3 nor a shared folder is configured."));
  }

  private static Problem unavailable(String why) {
    return new Problem(ProblemCode.CALL_RECORDING_UNAVAILABLE, why).retryAfter(RETRY_AFTER);
  }
}
