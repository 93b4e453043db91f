package parley.calls;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// The SQL of calls in which each participant is recorded to a separate file.
final class ParticipantRecordingTable {
  private ParticipantRecordingTable() {}

  /// A call with participant recording, which also records whoever joins later.
  public record Session(
      TenantId tenant,
      CallId call,
      UserId startedBy,
      Instant startedAt,
      boolean transcript,
      @Nullable Integer width,
      @Nullable Integer height,
      @Nullable Integer videoKbps) {}

  /// Whether a connected participant (`seat`) must be recorded: no recording of them is in
  /// progress, none ended a moment ago (LiveKit may not have reported their departure yet), and the
  /// last failure is long enough ago: half a minute after the first one, and twice as long after
  /// each, at most a quarter of an hour.
  private static final String MISSING =
      """
      seat.presence = 'connected' and not exists (
        select 1 from call_recordings recording
        where recording.tenant_id = seat.tenant_id and recording.call_id = seat.call_id
          and recording.participant_id = seat.user_id
          and (recording.status in ('requested', 'running', 'stopping')
            or recording.ended_at > :ended))
      and not exists (
        select 1 from call_recordings failed
        where failed.tenant_id = seat.tenant_id and failed.call_id = seat.call_id
          and failed.participant_id = seat.user_id and failed.status = 'failed'
        having max(failed.since)
          + make_interval(secs => least(15 * power(2, least(count(*), 10)), 900)) > :now)
      """;

  static void insert(Handle transaction, Session session) {
    transaction
        .createUpdate(
            """
            insert into participant_recording_sessions
              (tenant_id, call_id, started_by, started_at, transcript, width, height, video_kbps)
            values (:tenant, :call, :startedBy, :startedAt, :transcript, :width, :height, :videoKbps)
            """)
        .bindMethods(session)
        .execute();
  }

  static Optional<Session> find(Handle transaction, CallRef call) {
    return transaction
        .createQuery(
            """
            select tenant_id as tenant, call_id as call, started_by, started_at, transcript, width,
              height, video_kbps
            from participant_recording_sessions where tenant_id = :tenant and call_id = :id
            """)
        .bindMethods(call)
        .mapTo(Session.class)
        .findOne();
  }

  /// Ends a session, without stopping its recordings; false if there is none.
  static boolean delete(Handle transaction, CallRef call) {
    return transaction
            .createUpdate(
                """
                delete from participant_recording_sessions
                where tenant_id = :tenant and call_id = :id
                """)
            .bindMethods(call)
            .execute()
        == 1;
  }

  /// Ends the sessions of calls that have ended, and of tenants that may not record any more.
  static void deleteEnded(Handle transaction) {
    transaction
        .createUpdate(
            """
            delete from participant_recording_sessions as session using calls, tenants
            where calls.tenant_id = session.tenant_id and calls.id = session.call_id
              and tenants.id = session.tenant_id
              and (calls.status = 'ended' or not tenants.recordings_enabled)
            """)
        .execute();
  }

  /// Returns calls with participants who must be recorded and are not.
  ///
  /// @param ended before which recordings must have ended
  static List<CallRef> incomplete(Handle transaction, Instant ended, Instant now) {
    return transaction
        .createQuery(
            """
            select distinct seat.tenant_id as tenant, seat.call_id as id
            from participant_recording_sessions session
            join call_seats seat
              on seat.tenant_id = session.tenant_id and seat.call_id = session.call_id
            where
            """
                + MISSING)
        .bindMap(Map.of("ended", ended, "now", now))
        .mapTo(CallRef.class)
        .list();
  }

  /// Returns the participants of a call who must be recorded and are not.
  static List<UserId> missing(Handle transaction, CallRef call, Instant ended, Instant now) {
    return transaction
        .createQuery(
            "select user_id from call_seats seat where tenant_id = :tenant and call_id = :id and "
                + MISSING
                + " order by joined_at, user_id")
        .bindMethods(call)
        .bindMap(Map.of("ended", ended, "now", now))
        .mapTo(UserId.class)
        .list();
  }
}
