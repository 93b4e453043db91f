package parley.calls;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import parley.calls.RecordingState.Completed;
import parley.calls.RecordingState.Failed;
import parley.calls.RecordingState.Requested;
import parley.jobs.JobId;
import parley.media.MediaId;
import parley.tenants.TenantId;

/// The SQL of recordings. Those methods that take no tenant serve the server's own clock and
/// LiveKit, which knows no tenants.
final class RecordingTable {
  /// Names a recording of any tenant, and its call.
  record Ref(TenantId tenant, CallId call, RecordingId id) {
    static Ref of(Recording recording) {
      return new Ref(recording.tenant(), recording.call(), recording.id());
    }
  }

  /// Adds a recording of a call that this transaction has locked, and that is not being recorded.
  void insert(Handle transaction, Recording recording) {
    transaction
        .createUpdate(
            """
            insert into call_recordings
              (tenant_id, id, call_id, started_by, started_at, audio, video, transcript, file,
               status, since, active, stop_wanted, file_left, layout, width, height, video_kbps)
            values (:tenant, :id, :call, :by, :at, :audio, :video, :transcript, :file,
              :status, :since, false, false, false, :layout, :width, :height, :kbps)
            """)
        .bind("tenant", recording.tenant())
        .bind("id", recording.id())
        .bind("call", recording.call())
        .bind("by", recording.startedBy())
        .bind("at", recording.startedAt())
        .bind("audio", recording.wish().audio())
        .bind("video", recording.wish().video())
        .bind("transcript", recording.wish().transcript())
        .bind("file", recording.file())
        .bind("layout", recording.wish().picture().layout())
        .bind("width", recording.wish().picture().width())
        .bind("height", recording.wish().picture().height())
        .bind("kbps", recording.wish().picture().videoKbps())
        .bind("status", recording.state().text())
        .bind("since", recording.state().since())
        .execute();
  }

  /// Writes another state of a recording that this transaction has locked.
  void update(Handle transaction, Ref ref, RecordingState state) {
    transaction
        .createUpdate(
            """
            update call_recordings
            set status = :status, since = :since, egress_id = coalesce(:egress, egress_id),
                active = :active, seen_at = :seen, stop_wanted = :stop, reason = :reason,
                media_id = cast(:media as uuid), file_left = :left, awaits_file = :awaits
            where tenant_id = :tenant and id = :id
            """)
        .bind("tenant", ref.tenant())
        .bind("id", ref.id())
        .bind("status", state.text())
        .bind("since", state.since())
        .bind("egress", RecordingRow.egress(state))
        .bind("active", RecordingRow.isActive(state))
        .bindByType("seen", state.seen(), Instant.class)
        .bind("stop", state instanceof Requested requested && requested.stopWanted())
        .bind("reason", RecordingRow.reason(state))
        .bindByType("media", RecordingRow.media(state), MediaId.class)
        .bind("left", state instanceof Completed)
        .bind("awaits", state instanceof Failed failed && failed.awaitsFile())
        .execute();
  }

  /// Writes how a recording that this transaction has locked came to its end.
  void ended(Handle transaction, Ref ref, RecordingEnd end) {
    EndCause cause = end.cause();
    transaction
        .createUpdate(
            """
            update call_recordings set ended_at = :ended, end_reason = :cause
            where tenant_id = :tenant and id = :id
            """)
        .bind("tenant", ref.tenant())
        .bind("id", ref.id())
        .bindByType("ended", end.at(), Instant.class)
        .bind("cause", cause == null ? null : cause.text())
        .execute();
  }

  /// Notes what egress or LiveKit said of a recording's end, for operators; false when that is
  /// known.
  boolean note(Handle transaction, Ref ref, String detail) {
    return transaction
            .createUpdate(
                """
                update call_recordings set detail = :detail
                where tenant_id = :tenant and id = :id and detail is distinct from :detail
                """)
            .bind("tenant", ref.tenant())
            .bind("id", ref.id())
            .bind("detail", detail)
            .execute()
        == 1;
  }

  Optional<Recording> find(Handle transaction, Ref ref) {
    return transaction
        .createQuery("select * from call_recordings where tenant_id = :tenant and id = :id")
        .bind("tenant", ref.tenant())
        .bind("id", ref.id())
        .map(row -> RecordingRow.recording(row))
        .findOne();
  }

  /// As [#find]; nobody else changes the recording until the transaction ends.
  Optional<Recording> lock(Handle transaction, Ref ref) {
    return transaction
        .createQuery(
            """
            select * from call_recordings where tenant_id = :tenant and id = :id
            for no key update
            """)
        .bind("tenant", ref.tenant())
        .bind("id", ref.id())
        .map(row -> RecordingRow.recording(row))
        .findOne();
  }

  /// All recordings of a call, in the order of their beginnings.
  List<Recording> list(Handle transaction, TenantId tenant, CallId call) {
    return ofCall(
            transaction,
            """
            select * from call_recordings where tenant_id = :tenant and call_id = :call
            order by started_at, id
            """,
            tenant,
            call)
        .map(row -> RecordingRow.recording(row))
        .list();
  }

  /// The recording that is or may be under way.
  Optional<Recording> running(Handle transaction, TenantId tenant, CallId call) {
    return ofCall(
            transaction,
            """
            select * from call_recordings
            where tenant_id = :tenant and call_id = :call
              and status in ('requested', 'running', 'stopping')
            """,
            tenant,
            call)
        .map(row -> RecordingRow.recording(row))
        .findOne();
  }

  /// Recordings that are to record no more, while what makes them is seen in the call.
  List<Recording> lingering(Handle transaction, TenantId tenant, CallId call) {
    return ofCall(
            transaction,
            """
            select call_recordings.* from call_recordings
            join calls on calls.tenant_id = call_recordings.tenant_id
              and calls.id = call_recordings.call_id
            where call_recordings.tenant_id = :tenant and call_id = :call
              and call_recordings.status not in ('requested', 'running', 'stopping')
              and egress_id = any(calls.recorders)
            order by call_recordings.started_at, call_recordings.id
            """,
            tenant,
            call)
        .map(row -> RecordingRow.recording(row))
        .list();
  }

  /// The recording that began last.
  Optional<Recording> newest(Handle transaction, TenantId tenant, CallId call) {
    return ofCall(
            transaction,
            """
            select * from call_recordings where tenant_id = :tenant and call_id = :call
            order by started_at desc, id desc limit 1
            """,
            tenant,
            call)
        .map(row -> RecordingRow.recording(row))
        .findOne();
  }

  /// Recordings that run while their call is over.
  List<Ref> outliving(Handle transaction) {
    return transaction
        .createQuery(
            """
            select recording.tenant_id, recording.call_id, recording.id
            from call_recordings recording
            join calls call on call.tenant_id = recording.tenant_id and call.id = recording.call_id
            where recording.status in ('requested', 'running') and not recording.stop_wanted
              and call.status = 'ended'
            """)
        .map(row -> RecordingRow.ref(row))
        .list();
  }

  /// Takes what is not finished, or is and something records for it nevertheless, and nobody has
  /// taken since `before`, for this node to look after.
  ///
  /// @param refusedBefore of files that this server may not remove, those that it was last refused
  ///   before then
  List<Ref> take(Handle transaction, Instant before, Instant refusedBefore, Instant now) {
    return transaction
        .createQuery(
            """
            update call_recordings set looked_at = :now
            where (tenant_id, id) in (
              select tenant_id, id from call_recordings
              where (status not in ('completed', 'failed') or awaits_file
                  or (file_left and (removal_refused_at is null or removal_refused_at <= :refused))
                  or (status = 'completed' and transcript and transcript_job is null
                    and transcript_refusal is null)
                  or exists (
                    select 1 from calls
                    where calls.tenant_id = call_recordings.tenant_id
                      and calls.id = call_recordings.call_id and calls.recorders <> '{}'
                      and call_recordings.egress_id = any(calls.recorders)))
                and (looked_at is null or looked_at <= :before)
              for no key update skip locked)
            returning tenant_id, call_id, id
            """)
        .bind("refused", refusedBefore)
        .bind("now", now)
        .bind("before", before)
        .map(row -> RecordingRow.ref(row))
        .list();
  }

  /// Notes that this node is still at it, so that no other takes it.
  void stillTaken(Handle transaction, Ref ref, Instant now) {
    transaction
        .createUpdate(
            "update call_recordings set looked_at = :now where tenant_id = :tenant and id = :id")
        .bind("tenant", ref.tenant())
        .bind("id", ref.id())
        .bind("now", now)
        .execute();
  }

  /// Notes that this server may not remove egress's own file.
  ///
  /// @return whether that is new
  boolean removalRefused(Handle transaction, Ref ref, Instant now) {
    return transaction
        .createQuery(
            """
            update call_recordings as changed set removal_refused_at = :now
            from call_recordings as before
            where changed.tenant_id = :tenant and changed.id = :id
              and before.tenant_id = changed.tenant_id and before.id = changed.id
            returning before.removal_refused_at is null
            """)
        .bind("tenant", ref.tenant())
        .bind("id", ref.id())
        .bind("now", now)
        .mapTo(Boolean.class)
        .one();
  }

  /// Notes whether the file of a recording shows in its place; false when that is known.
  boolean shows(Handle transaction, Ref ref, boolean shows) {
    return transaction
            .createUpdate(
                """
                update call_recordings set misplaced = not :shows
                where tenant_id = :tenant and id = :id and misplaced = :shows
                """)
            .bind("tenant", ref.tenant())
            .bind("id", ref.id())
            .bind("shows", shows)
            .execute()
        == 1;
  }

  /// Notes LiveKit's name for a recording that egress took after it had been given up.
  void takenLate(Handle transaction, Ref ref, String egress) {
    transaction
        .createUpdate(
            """
            update call_recordings set egress_id = :egress
            where tenant_id = :tenant and id = :id and egress_id is null
            """)
        .bind("tenant", ref.tenant())
        .bind("id", ref.id())
        .bind("egress", egress)
        .execute();
  }

  /// Calls that something records of which this server does not know for which recording.
  List<CallTable.Ref> recordedUnknown(Handle transaction) {
    return transaction
        .createQuery(
            """
            select tenant_id, id from calls
            where recorders <> '{}'
              and exists (
                select 1 from unnest(recorders) as recorder
                where not exists (
                  select 1 from call_recordings
                  where call_recordings.tenant_id = calls.tenant_id
                    and call_id = calls.id and egress_id = recorder))
            """)
        .map(row ->
            new CallTable.Ref(
                row.getColumn("tenant_id", TenantId.class), row.getColumn("id", CallId.class)))
        .list();
  }

  /// LiveKit's name for a recording; empty when egress never took it.
  Optional<String> egress(Handle transaction, Ref ref) {
    return transaction
        .createQuery(
            """
            select egress_id from call_recordings
            where tenant_id = :tenant and id = :id and egress_id is not null
            """)
        .bind("tenant", ref.tenant())
        .bind("id", ref.id())
        .mapTo(String.class)
        .findOne();
  }

  /// Notes that egress's own file is gone.
  void fileRemoved(Handle transaction, Ref ref) {
    transaction
        .createUpdate(
            "update call_recordings set file_left = false where tenant_id = :tenant and id = :id")
        .bind("tenant", ref.tenant())
        .bind("id", ref.id())
        .execute();
  }

  /// Notes how the transcript of a recording stands, which this transaction has locked.
  void transcribing(Handle transaction, Ref ref, Recording.Transcription transcription) {
    JobId job = transcription.job();
    transaction
        .createUpdate(
            """
            update call_recordings set transcript_job = cast(:job as uuid), transcript_refusal = :refusal
            where tenant_id = :tenant and id = :id
            """)
        .bind("tenant", ref.tenant())
        .bind("id", ref.id())
        .bindByType("job", job, JobId.class)
        .bind("refusal", transcription.refusal())
        .execute();
  }

  private static Query ofCall(Handle transaction, String query, TenantId tenant, CallId call) {
    return transaction.createQuery(query).bind("tenant", tenant).bind("call", call);
  }
}
