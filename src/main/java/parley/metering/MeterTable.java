package parley.metering;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.result.RowView;
import org.jspecify.annotations.Nullable;
import parley.tenants.TenantId;

/// The SQL of the meter.
final class MeterTable {
  /// Adds the call unless it is there.
  void insert(Handle transaction, MeterEntry call) {
    write(transaction, call, "on conflict do nothing");
  }

  /// Adds the call, or writes it anew.
  void upsert(Handle transaction, MeterEntry call) {
    write(
        transaction,
        call,
        """
        on conflict (tenant_id, job_id) do update set
          audio_millis = excluded.audio_millis, latency_millis = excluded.latency_millis,
          cost = excluded.cost, finished_at = excluded.finished_at
        """);
  }

  private static void write(Handle transaction, MeterEntry call, String onConflict) {
    transaction
        .createUpdate(
            """
            insert into speech_calls
              (tenant_id, job_id, user_id, backend, model, audio_millis, latency_millis, cost,
               finished_at)
            values
              (:tenant, :job, :user, :backend, :model, :audio, :latency, :cost, :finished)
            """
                + onConflict)
        .bind("tenant", call.tenant())
        .bind("job", call.job())
        .bind("user", call.user())
        .bind("backend", call.backend())
        .bind("model", call.model())
        .bind("audio", call.audio().toMillis())
        .bind("latency", call.latency().toMillis())
        .bind("cost", call.cost())
        .bind("finished", call.finishedAt())
        .execute();
  }

  /// How much audio was transcribed for the tenant since then.
  Duration audioSince(Handle transaction, TenantId tenant, Instant since) {
    return Duration.ofMillis(
        transaction
            .createQuery(
                """
                select coalesce(sum(audio_millis), 0) from speech_calls
                where tenant_id = :tenant and finished_at >= :since
                """)
            .bind("tenant", tenant)
            .bind("since", since)
            .mapTo(Long.class)
            .one());
  }

  void reserve(Handle transaction, TenantId tenant, UUID job, Duration audio) {
    transaction
        .createUpdate(
            """
            insert into speech_reservations (tenant_id, job_id, audio_millis)
            values (:tenant, :job, :audio)
            """)
        .bind("tenant", tenant)
        .bind("job", job)
        .bind("audio", audio.toMillis())
        .execute();
  }

  /// How much audio the tenant's jobs have set aside that have not ended.
  Duration reserved(Handle transaction, TenantId tenant) {
    return Duration.ofMillis(
        transaction
            .createQuery(
                """
                select coalesce(sum(audio_millis), 0)
                from speech_reservations r
                join jobs j on j.tenant_id = r.tenant_id and j.id = r.job_id
                where r.tenant_id = :tenant and j.status in ('queued', 'running')
                """)
            .bind("tenant", tenant)
            .mapTo(Long.class)
            .one());
  }

  /// Removes what counts no more.
  void forgetEndedReservations(Handle transaction, TenantId tenant) {
    transaction
        .createUpdate(
            """
            delete from speech_reservations r using jobs j
            where r.tenant_id = :tenant and j.tenant_id = r.tenant_id and j.id = r.job_id
              and j.status not in ('queued', 'running')
            """)
        .bind("tenant", tenant)
        .execute();
  }

  /// Sums the calls of one tenant, or of all.
  ///
  /// @param from the first moment counted
  /// @param until the first moment not counted any more
  List<Usage> sum(
      Handle transaction,
      @Nullable TenantId tenant,
      GroupBy grouping,
      Instant from,
      Instant until) {
    boolean byUser = grouping == GroupBy.USER;
    boolean byDay = grouping == GroupBy.DAY;
    return transaction
        .createQuery(
            """
            select speech_calls.tenant_id, tenants.name as tenant,
                   case when :byUser then speech_calls.user_id end as user_id,
                   case when :byUser then users.name end as user_name,
                   case when :byDay then (finished_at at time zone 'UTC')::date end as day,
                   count(*) as calls, sum(audio_millis) as audio_millis,
                   sum(latency_millis) as latency_millis, sum(cost) as cost
            from speech_calls
            join tenants on tenants.id = speech_calls.tenant_id
            join users on users.tenant_id = speech_calls.tenant_id
              and users.id = speech_calls.user_id
            where finished_at >= :from and finished_at < :until
              and (cast(:tenant as uuid) is null or speech_calls.tenant_id = cast(:tenant as uuid))
            group by 1, 2, 3, 4, 5
            order by 5 desc, 2, 4
            """)
        .bind("byUser", byUser)
        .bind("byDay", byDay)
        .bindByType("tenant", tenant, TenantId.class)
        .bind("from", from)
        .bind("until", until)
        .map(MeterTable::usage)
        .list();
  }

  private static Usage usage(RowView row) {
    return new Usage(
        row.getColumn("tenant_id", UUID.class),
        row.getColumn("tenant", String.class),
        row.getColumn("user_id", UUID.class),
        row.getColumn("user_name", String.class),
        row.getColumn("day", LocalDate.class),
        row.getColumn("calls", Long.class),
        row.getColumn("audio_millis", Long.class) / 1000.0,
        row.getColumn("latency_millis", Long.class) / 1000.0,
        row.getColumn("cost", BigDecimal.class));
  }
}
