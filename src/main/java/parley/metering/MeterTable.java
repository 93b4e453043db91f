package parley.metering;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import parley.tenants.TenantId;

/// The SQL of the meter.
final class MeterTable {
  private MeterTable() {}

  /// Inserts the entry unless it exists.
  static void insert(Handle transaction, MeterEntry entry) {
    write(transaction, entry, "on conflict do nothing");
  }

  /// Inserts or updates the entry.
  static void upsert(Handle transaction, MeterEntry entry) {
    write(
        transaction,
        entry,
        """
        on conflict (tenant_id, job_id) do update set
          audio_millis = excluded.audio_millis, latency_millis = excluded.latency_millis,
          cost = excluded.cost, finished_at = excluded.finished_at
        """);
  }

  private static void write(Handle transaction, MeterEntry entry, String onConflict) {
    transaction
        .createUpdate(
            """
            insert into speech_calls
              (tenant_id, job_id, user_id, backend, model, audio_millis, latency_millis, cost,
               finished_at)
            values
              (:tenant, :job, :user, :backend, :model, :audioMillis, :latencyMillis, :cost, :finishedAt)
            """
                + onConflict)
        .bindMethods(entry)
        .bind("audioMillis", entry.audio().toMillis())
        .bind("latencyMillis", entry.latency().toMillis())
        .execute();
  }

  /// The tenant's transcribed audio since a time.
  static Duration audioSince(Handle transaction, TenantId tenant, Instant since) {
    return Duration.ofMillis(
        transaction
            .createQuery(
                """
                select coalesce(sum(audio_millis), 0) from speech_calls
                where tenant_id = :tenant and finished_at >= :since
                """)
            .bindMap(Map.of("tenant", tenant, "since", since))
            .mapTo(Long.class)
            .one());
  }

  static void reserve(Handle transaction, TenantId tenant, UUID job, Duration audio) {
    transaction
        .createUpdate(
            """
            insert into speech_reservations (tenant_id, job_id, audio_millis)
            values (:tenant, :job, :audio)
            """)
        .bindMap(Map.of("tenant", tenant, "job", job, "audio", audio.toMillis()))
        .execute();
  }

  /// The tenant's transcribed audio since a time, and what its unfinished jobs have reserved. In
  /// one statement: between two, a job that ends would be missing from both.
  static Duration claimedSince(Handle transaction, TenantId tenant, Instant since) {
    return Duration.ofMillis(
        transaction
            .createQuery(
                """
                select
                  (select coalesce(sum(audio_millis), 0) from speech_calls
                   where tenant_id = :tenant and finished_at >= :since)
                  + (select coalesce(sum(audio_millis), 0)
                   from speech_reservations r
                   join jobs j on j.tenant_id = r.tenant_id and j.id = r.job_id
                   where r.tenant_id = :tenant and j.status in ('queued', 'running'))
                """)
            .bindMap(Map.of("tenant", tenant, "since", since))
            .mapTo(Long.class)
            .one());
  }

  static void deleteEndedReservations(Handle transaction, TenantId tenant) {
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

  /// Sums the usage of one tenant or of all.
  ///
  /// @param from inclusive
  /// @param until exclusive
  static List<Usage> sum(
      Handle transaction, @Nullable TenantId tenant, GroupBy groupBy, Instant from, Instant until) {
    return transaction
        .createQuery(
            """
            select speech_calls.tenant_id, tenants.name as tenant,
                   case when :byUser then speech_calls.user_id end as user_id,
                   case when :byUser then users.name end as "user",
                   case when :byDay then (finished_at at time zone 'UTC')::date end as day,
                   count(*) as calls, sum(audio_millis) / 1000.0 as audio_seconds,
                   sum(latency_millis) / 1000.0 as latency_seconds, sum(cost) as cost
            from speech_calls
            join tenants on tenants.id = speech_calls.tenant_id
            join users on users.tenant_id = speech_calls.tenant_id
              and users.id = speech_calls.user_id
            where finished_at >= :from and finished_at < :until
              and (cast(:tenant as uuid) is null or speech_calls.tenant_id = cast(:tenant as uuid))
            group by 1, 2, 3, 4, 5
            order by 5 desc, 2, 4
            """)
        .bindMap(Map.of("byUser", groupBy == GroupBy.USER, "byDay", groupBy == GroupBy.DAY))
        .bindByType("tenant", tenant, TenantId.class)
        .bindMap(Map.of("from", from, "until", until))
        .mapTo(Usage.class)
        .list();
  }
}
