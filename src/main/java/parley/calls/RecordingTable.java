package parley.calls;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.result.ResultIterable;
import parley.jobs.JobId;
import parley.tenants.TenantId;

/// The SQL of recordings.
final class RecordingTable {
  private RecordingTable() {}

  /// Adds a recording to a call that this transaction has locked and that is not being recorded.
  static void insert(Handle transaction, Recording recording) {
    transaction
        .createUpdate(
            """
            insert into call_recordings
              (tenant_id, id, call_id, participant_id, started_by, started_at, audio, video, transcript, file,
               status, since, active, stop_wanted, file_left, layout, width, height, video_kbps)
            values (:tenant, :id, :call, cast(:participant as uuid), :startedBy, :startedAt, :options.audio, :options.video,
              :options.transcript, :file, :state.text, :state.since, false, false, false,
              :options.picture.layout, :options.picture.width, :options.picture.height,
              :options.picture.videoKbps)
            """)
        .bindMethods(recording)
        .execute();
  }

  /// Stores the new state of a recording that this transaction has locked.
  static void update(Handle transaction, RecordingRef ref, RecordingState state) {
    transaction
        .createUpdate(
            """
            update call_recordings
            set status = :text, since = :since, egress_id = coalesce(:egress, egress_id),
                active = :active, seen_at = :seen, stop_wanted = :stopWanted, reason = :reason,
                media_id = cast(:media as uuid), file_left = :text = 'completed',
                awaits_file = :awaitsFile
            where tenant_id = :ref.tenant and id = :ref.id
            """)
        .bindMethods(state)
        .bindMethods("ref", ref)
        .execute();
  }

  /// Stores the end of a recording that this transaction has locked.
  static void ended(Handle transaction, RecordingRef ref, RecordingEnd end) {
    transaction
        .createUpdate(
            """
            update call_recordings set ended_at = :at, end_reason = :reason
            where tenant_id = :tenant and id = :id
            """)
        .bindMethods(ref)
        .bindMethods(end)
        .execute();
  }

  /// Stores what egress or LiveKit said about a recording's end, for operators; false if it is
  /// known.
  static boolean addDetail(Handle transaction, RecordingRef ref, String detail) {
    return transaction
            .createUpdate(
                """
                update call_recordings set detail = :detail
                where tenant_id = :tenant and id = :id and detail is distinct from :detail
                """)
            .bindMethods(ref)
            .bind("detail", detail)
            .execute()
        == 1;
  }

  /// Stores whether the file of a recording appears in its place; false if it is known.
  static boolean setMisplaced(Handle transaction, RecordingRef ref, boolean misplaced) {
    return transaction
            .createUpdate(
                """
                update call_recordings set misplaced = :misplaced
                where tenant_id = :tenant and id = :id and misplaced <> :misplaced
                """)
            .bindMethods(ref)
            .bind("misplaced", misplaced)
            .execute()
        == 1;
  }

  /// Stores LiveKit's id of a recording that egress accepted after it had been abandoned, and that
  /// its file may therefore still arrive.
  static void takenLate(Handle transaction, RecordingRef ref, String egress) {
    transaction
        .createUpdate(
            """
            update call_recordings set egress_id = :egress, awaits_file = true
            where tenant_id = :tenant and id = :id and egress_id is null and status = 'failed'
            """)
        .bindMethods(ref)
        .bind("egress", egress)
        .execute();
  }

  /// Stores that egress's own file has been deleted.
  static void fileRemoved(Handle transaction, RecordingRef ref) {
    transaction
        .createUpdate(
            "update call_recordings set file_left = false where tenant_id = :tenant and id = :id")
        .bindMethods(ref)
        .execute();
  }

  /// Stores the transcription of a recording that this transaction has locked.
  static void transcribing(
      Handle transaction, RecordingRef ref, Recording.Transcription transcription) {
    transaction
        .createUpdate(
            """
            update call_recordings
            set transcript_job = cast(:job as uuid), transcript_refusal = :refusal
            where tenant_id = :tenant and id = :id
            """)
        .bindMethods(ref)
        .bindMethods(transcription)
        .execute();
  }

  static Optional<Recording> find(Handle transaction, RecordingRef ref) {
    return find(transaction, ref, "");
  }

  /// Like [#find], and keeps the recording from changing until the transaction ends.
  static Optional<Recording> lock(Handle transaction, RecordingRef ref) {
    return find(transaction, ref, " for no key update");
  }

  private static Optional<Recording> find(Handle transaction, RecordingRef ref, String locking) {
    return transaction
        .createQuery(
            "select * from call_recordings where tenant_id = :tenant and id = :id" + locking)
        .bindMethods(ref)
        .map(row -> RecordingRow.recording(row))
        .findOne();
  }

  /// Returns all recordings of a call, oldest first.
  static List<Recording> list(Handle transaction, CallRef call) {
    return ofCall(transaction, call, "order by started_at, id").list();
  }

  /// Returns the recordings of several calls, oldest first; a call without any is missing.
  static Map<CallId, List<Recording>> ofCalls(
      Handle transaction, TenantId tenant, List<CallId> calls) {
    return transaction
        .createQuery(
            """
            select * from call_recordings where tenant_id = :tenant and call_id = any(:calls)
            order by started_at, id
            """)
        .bind("tenant", tenant)
        .bindArray("calls", UUID.class, calls.stream().map(CallId::value).toList())
        .map(row -> RecordingRow.recording(row))
        .stream()
        .collect(Collectors.groupingBy(Recording::call));
  }

  /// Returns the recordings that are or may be in progress: one of the whole call, or one of each
  /// participant.
  static List<Recording> running(Handle transaction, CallRef call) {
    return ofCall(
            transaction,
            call,
            "and status in ('requested', 'running', 'stopping') order by started_at, id")
        .list();
  }

  /// Returns ended recordings whose recorders are still seen in the call.
  static List<Recording> lingering(Handle transaction, CallRef call) {
    return ofCall(
            transaction,
            call,
            """
            and status not in ('requested', 'running', 'stopping')
            and egress_id = any(
              select unnest(recorders) from calls where tenant_id = :tenant and id = :id)
            order by started_at, id
            """)
        .list();
  }

  /// Returns the recording that was started last.
  static Optional<Recording> newest(Handle transaction, CallRef call) {
    return ofCall(transaction, call, "order by started_at desc, id desc limit 1").findOne();
  }

  private static ResultIterable<Recording> ofCall(
      Handle transaction, CallRef call, String restriction) {
    return transaction
        .createQuery(
            "select * from call_recordings where tenant_id = :tenant and call_id = :id "
                + restriction)
        .bindMethods(call)
        .map(row -> RecordingRow.recording(row));
  }

  /// Returns LiveKit's id of a recording; empty if egress never accepted it.
  static Optional<String> egress(Handle transaction, RecordingRef ref) {
    return transaction
        .createQuery(
            """
            select egress_id from call_recordings
            where tenant_id = :tenant and id = :id and egress_id is not null
            """)
        .bindMethods(ref)
        .mapTo(String.class)
        .findOne();
  }

  /// Returns the recording that a job transcribes; empty for any other job.
  static Optional<Recording> transcribedBy(Handle transaction, TenantId tenant, JobId job) {
    return transaction
        .createQuery(
            """
            select * from call_recordings
            where tenant_id = :tenant and transcript_job = :job
            """)
        .bindMap(Map.of("tenant", tenant, "job", job))
        .map(row -> RecordingRow.recording(row))
        .findOne();
  }
}
