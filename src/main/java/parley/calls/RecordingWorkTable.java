package parley.calls;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/// The SQL with which nodes share the work on recordings of all tenants.
final class RecordingWorkTable {
  private RecordingWorkTable() {}

  /// What [#take] claims. Two parts, each of which has an index, so that the cost of a look does
  /// not grow with what has been recorded.
  static final String TAKE =
      """
      update call_recordings set looked_at = :now
      where (tenant_id, id) in (
        select tenant_id, id from call_recordings
        where (tenant_id, id) in (
            select tenant_id, id from call_recordings
            where status not in ('completed', 'failed')
              or (awaits_file
                and (since > :rarely or looked_at is null or looked_at <= :rarely))
              or (file_left and (removal_refused_at is null or removal_refused_at <= :rarely))
              or (status = 'completed' and transcript and transcript_job is null
                and transcript_refusal is null)
            union
            select recording.tenant_id, recording.id from calls
            join call_recordings as recording on recording.tenant_id = calls.tenant_id
              and recording.call_id = calls.id
            where calls.recorders <> '{}' and recording.egress_id = any(calls.recorders))
          and (looked_at is null or looked_at <= :before)
        for no key update skip locked)
      returning tenant_id as tenant, call_id as call, id
      """;

  /// Claims the recordings that are unfinished, or whose recorders continue nevertheless, and that
  /// no node has claimed since `before`.
  ///
  /// @param rarelyBefore claims recordings about which little is likely to change only if no node
  ///   has done so since then: those that failed before then, whose files may still arrive, and
  ///   those with files that this server may not delete
  static List<RecordingRef> take(
      Handle transaction, Instant before, Instant rarelyBefore, Instant now) {
    return transaction
        .createQuery(TAKE)
        .bindMap(Map.of("rarely", rarelyBefore, "now", now, "before", before))
        .mapTo(RecordingRef.class)
        .list();
  }

  /// Extends this node's claim on a recording.
  static void stillTaken(Handle transaction, RecordingRef ref, Instant now) {
    transaction
        .createUpdate(
            "update call_recordings set looked_at = :now where tenant_id = :tenant and id = :id")
        .bindMethods(ref)
        .bind("now", now)
        .execute();
  }

  /// Stores that this server may not delete egress's own file; true if that is new.
  static boolean removalRefused(Handle transaction, RecordingRef ref, Instant now) {
    return transaction
        .createQuery(
            """
            update call_recordings as changed set removal_refused_at = :now
            from call_recordings as before
            where changed.tenant_id = :tenant and changed.id = :id
              and before.tenant_id = changed.tenant_id and before.id = changed.id
            returning before.removal_refused_at is null
            """)
        .bindMethods(ref)
        .bind("now", now)
        .mapTo(boolean.class)
        .one();
  }

  /// Returns recordings that are running although their call has ended.
  static List<RecordingRef> outliving(Handle transaction) {
    return transaction
        .createQuery(
            """
            select recording.tenant_id as tenant, recording.call_id as call, recording.id
            from call_recordings recording
            join calls on calls.tenant_id = recording.tenant_id and calls.id = recording.call_id
            where recording.status in ('requested', 'running') and not recording.stop_wanted
              and calls.status = 'ended'
            """)
        .mapTo(RecordingRef.class)
        .list();
  }

  /// Returns recordings that are running although their tenant may not record any more.
  static List<RecordingRef> forbidden(Handle transaction) {
    return transaction
        .createQuery(
            """
            select recording.tenant_id as tenant, recording.call_id as call, recording.id
            from call_recordings recording
            join tenants on tenants.id = recording.tenant_id
            where recording.status in ('requested', 'running') and not recording.stop_wanted
              and not tenants.recordings_enabled
            """)
        .mapTo(RecordingRef.class)
        .list();
  }

  /// Returns calls with a recorder that belongs to no known recording.
  static List<CallRef> withUnknownRecorders(Handle transaction) {
    return transaction
        .createQuery(
            """
            select tenant_id as tenant, id from calls
            where recorders <> '{}'
              and exists (
                select 1 from unnest(recorders) as recorder
                where not exists (
                  select 1 from call_recordings
                  where call_recordings.tenant_id = calls.tenant_id
                    and call_id = calls.id and egress_id = recorder))
            """)
        .mapTo(CallRef.class)
        .list();
  }
}
