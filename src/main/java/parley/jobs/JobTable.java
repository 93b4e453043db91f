package parley.jobs;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.result.RowView;
import org.jspecify.annotations.Nullable;
import parley.jobs.Jobs.Urgency;
import parley.paging.Cursor;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.storage.Sha256;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// The SQL of jobs.
final class JobTable {
  void insert(Handle transaction, Job job, int priority) {
    Sha256 input = job.input();
    transaction
        .createUpdate(
            """
            insert into jobs
              (tenant_id, id, user_id, kind, request, sha256, priority, status, created_at)
            values
              (:tenant, :id, :user, :kind, :request, :sha256, :priority, 'queued', :created)
            """)
        .bind("tenant", job.tenant())
        .bind("id", job.id())
        .bind("user", job.user())
        .bind("kind", job.kind())
        .bind("request", job.request())
        .bind("sha256", input == null ? null : input.hex())
        .bind("priority", priority)
        .bind("created", job.createdAt())
        .execute();
  }

  /// A job of this very user; another user's is not found.
  Optional<Job> find(Handle transaction, TenantId tenant, UserId user, JobId id) {
    return transaction
        .createQuery(
            "select * from jobs where tenant_id = :tenant and id = :id and user_id = :user")
        .bind("tenant", tenant)
        .bind("id", id)
        .bind("user", user)
        .map(JobTable::job)
        .findOne();
  }

  /// The user's jobs behind the cursor, newest first.
  List<Job> list(Handle transaction, TenantId tenant, UserId user, Cursor behind, int most) {
    return transaction
        .createQuery(
            """
            select * from jobs
            where tenant_id = :tenant and user_id = :user and (created_at, id) < (:before, :beforeId)
            order by created_at desc, id desc limit :most
            """)
        .bind("tenant", tenant)
        .bind("user", user)
        .bind("before", behind.at())
        .bind("beforeId", behind.id())
        .bind("most", most)
        .map(JobTable::job)
        .list();
  }

  /// How many jobs the user has; counts no further than one beyond `most`.
  long count(Handle transaction, TenantId tenant, UserId user, int most) {
    return transaction
        .createQuery(
            """
            select count(*) from
              (select 1 from jobs where tenant_id = :tenant and user_id = :user limit :most) as jobs
            """)
        .bind("tenant", tenant)
        .bind("user", user)
        .bind("most", most + 1L)
        .mapTo(long.class)
        .one();
  }

  /// Begins the lane's next job for an execution: the one it was working on when it was cut off,
  /// else a waiting one of the tenant with the fewest running; among equals of the one whose last
  /// turn is longest ago, since with as few workers as tenants all of them have none running; and
  /// of that tenant's jobs the oldest. This is the one query over all tenants, because they share
  /// the machine.
  Optional<Job> claim(Handle transaction, Urgency lane, String execution, Instant now) {
    return transaction
        .createQuery(
            """
            with waiting as (
              select tenant_id,
                (select count(*) from jobs
                 where jobs.tenant_id = tenants.tenant_id and status = 'running') as running,
                (select max(started_at) from jobs
                 where jobs.tenant_id = tenants.tenant_id) as served
              from (select distinct tenant_id from jobs
                    where status = 'queued' and priority = :priority
                      and (not_before is null or not_before <= :now)) as tenants)
            update jobs
            set status = 'running', execution = :execution, attempts = attempts + 1,
                not_before = null,
                crashes = crashes + case when status = 'running' then 1 else 0 end,
                started_at = coalesce(started_at, :now)
            where id = coalesce(
              (select id from jobs where execution = :execution and status = 'running' limit 1),
              (select next.id from jobs as next join waiting using (tenant_id)
               where next.status = 'queued' and next.priority = :priority
                 and (next.not_before is null or next.not_before <= :now)
               order by waiting.running, waiting.served nulls first, next.created_at
               limit 1
               for update of next skip locked))
            returning *
            """)
        .bind("execution", execution)
        .bind("priority", lane.priority)
        .bind("now", now)
        .map(JobTable::job)
        .findOne();
  }

  /// When the first of the lane's jobs that wait may be claimed again; empty when none waits.
  Optional<Instant> endOfNextWait(Handle transaction, Urgency lane) {
    return transaction
        .createQuery(
            """
            select min(not_before) from jobs
            where priority = :priority and status = 'queued' and not_before is not null
            """)
        .bind("priority", lane.priority)
        .mapTo(Instant.class)
        .findOne();
  }

  /// Gives back a job that could not be ended; its next attempt is nobody's fault. False when it is
  /// not this attempt's any more.
  ///
  /// @param notBefore when it may be claimed again
  boolean putBack(Handle transaction, Job job, Instant notBefore) {
    return transaction
            .createUpdate(
                """
                update jobs set status = 'queued', not_before = :notBefore
                where tenant_id = :tenant and id = :id and status = 'running'
                  and attempts = :attempt
                """)
            .bind("notBefore", notBefore)
            .bind("tenant", job.tenant())
            .bind("id", job.id())
            .bind("attempt", job.attempt())
            .execute()
        == 1;
  }

  /// Notes how far a job is; false when it is not this attempt's any more.
  boolean progress(Handle transaction, Job job, double share) {
    return transaction
            .createUpdate(
                """
                update jobs set progress = greatest(progress, :share)
                where tenant_id = :tenant and id = :id and status = 'running'
                  and attempts = :attempt
                """)
            .bind("share", (float) share)
            .bind("tenant", job.tenant())
            .bind("id", job.id())
            .bind("attempt", job.attempt())
            .execute()
        == 1;
  }

  /// Ends a job with its result; false when it is not this attempt's any more.
  boolean complete(Handle transaction, Job job, String result, Instant now) {
    return transaction
            .createUpdate(
                """
                update jobs
                set status = 'completed', progress = 1, result = :result, finished_at = :now,
                    sha256 = null
                where tenant_id = :tenant and id = :id and status = 'running'
                  and attempts = :attempt
                """)
            .bind("result", result)
            .bind("now", now)
            .bind("tenant", job.tenant())
            .bind("id", job.id())
            .bind("attempt", job.attempt())
            .execute()
        == 1;
  }

  /// Ends a job for good; false when it is not this attempt's any more.
  boolean fail(Handle transaction, Job job, Problem problem, Instant now) {
    Duration wait = problem.retryAfter();
    return transaction
            .createUpdate(
                """
                update jobs
                set status = 'failed', error_code = :code, error_message = :message,
                    retry_after_millis = :wait, finished_at = :now, sha256 = null
                where tenant_id = :tenant and id = :id and status = 'running'
                  and attempts = :attempt
                """)
            .bind("code", problem.code().name())
            .bind("message", problem.message())
            .bind("wait", wait == null ? null : wait.toMillis())
            .bind("now", now)
            .bind("tenant", job.tenant())
            .bind("id", job.id())
            .bind("attempt", job.attempt())
            .execute()
        == 1;
  }

  /// Cancels a job that has not ended; false when it has.
  boolean cancel(Handle transaction, Job job, Instant now) {
    return transaction
            .createUpdate(
                """
                update jobs set status = 'cancelled', finished_at = :now, sha256 = null
                where tenant_id = :tenant and id = :id and status in ('queued', 'running')
                """)
            .bind("now", now)
            .bind("tenant", job.tenant())
            .bind("id", job.id())
            .execute()
        == 1;
  }

  private static Job job(RowView row) {
    String input = row.getColumn("sha256", String.class);
    return new Job(
        row.getColumn("id", JobId.class),
        row.getColumn("tenant_id", TenantId.class),
        row.getColumn("user_id", UserId.class),
        row.getColumn("kind", String.class),
        row.getColumn("request", String.class),
        input == null ? null : new Sha256(input),
        row.getColumn("attempts", Integer.class),
        row.getColumn("crashes", Integer.class),
        row.getColumn("created_at", Instant.class),
        state(row));
  }

  private static JobState state(RowView row) {
    return switch (row.getColumn("status", String.class)) {
      case "queued" -> new JobState.Queued();
      case "running" ->
          new JobState.Running(
              row.getColumn("started_at", Instant.class), row.getColumn("progress", Double.class));
      case "completed" ->
          new JobState.Completed(
              row.getColumn("started_at", Instant.class),
              row.getColumn("finished_at", Instant.class),
              row.getColumn("result", String.class));
      case "failed" ->
          new JobState.Failed(
              row.getColumn("started_at", Instant.class),
              row.getColumn("finished_at", Instant.class),
              ProblemCode.valueOf(row.getColumn("error_code", String.class)),
              row.getColumn("error_message", String.class),
              retryAfter(row));
      case "cancelled" ->
          new JobState.Cancelled(
              row.getColumn("started_at", Instant.class),
              row.getColumn("finished_at", Instant.class));
      case String other -> throw new IllegalStateException("unknown job status " + other);
    };
  }

  private static @Nullable Duration retryAfter(RowView row) {
    Long millis = row.getColumn("retry_after_millis", Long.class);
    return millis == null ? null : Duration.ofMillis(millis);
  }
}
