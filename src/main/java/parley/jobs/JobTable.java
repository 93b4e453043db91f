package parley.jobs;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.result.RowView;
import org.jdbi.v3.core.statement.Update;
import org.jspecify.annotations.Nullable;
import parley.paging.PageRequest;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.storage.Sha256;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// The SQL of jobs.
final class JobTable {
  private JobTable() {}

  static void insert(Handle transaction, Job job, JobPriority priority) {
    Sha256 input = job.input();
    transaction
        .createUpdate(
            """
            insert into jobs
              (tenant_id, id, user_id, kind, request, sha256, attachments, priority, status,
               created_at)
            values
              (:tenant, :id, :user, :kind, :request, :sha256, :attached, :priority, 'queued',
               :createdAt)
            """)
        .bindMethods(job)
        .bind("sha256", input == null ? null : input.hex())
        .bindArray("attached", String.class, job.attachments().stream().map(Sha256::hex).toList())
        .bind("priority", priority.value)
        .execute();
  }

  /// Finds a job of this user; other users' jobs are not found.
  static Optional<Job> find(Handle transaction, TenantId tenant, UserId user, JobId id) {
    return transaction
        .createQuery(
            "select * from jobs where tenant_id = :tenant and id = :id and user_id = :user")
        .bindMap(Map.of("tenant", tenant, "id", id, "user", user))
        .map(JobTable::job)
        .findOne();
  }

  /// Returns the user's jobs after the cursor, newest first, without their results: a page of long
  /// transcripts would fill the heap.
  static List<Job> list(Handle transaction, TenantId tenant, UserId user, PageRequest page) {
    return transaction
        .createQuery(
            """
            select tenant_id, id, user_id, kind, request, sha256, attachments, attempts, crashes,
              status, progress, '' as result, error_code, error_message, retry_after_millis,
              created_at, started_at, finished_at
            from jobs
            where tenant_id = :tenant and user_id = :user and (created_at, id) < (:before, :beforeId)
            order by created_at desc, id desc limit :max
            """)
        .bindMap(Map.of("tenant", tenant, "user", user))
        .bindMethods(page)
        .map(JobTable::job)
        .list();
  }

  /// Returns how many jobs the user has, counting up to `max` + 1.
  static long count(Handle transaction, TenantId tenant, UserId user, int max) {
    return transaction
        .createQuery(
            """
            select count(*) from
              (select 1 from jobs where tenant_id = :tenant and user_id = :user
               limit :max + 1) as jobs
            """)
        .bindMap(Map.of("tenant", tenant, "user", user, "max", max))
        .mapTo(long.class)
        .one();
  }

  /// Counts the jobs of all tenants that wait or run.
  static QueueState queueState(Handle transaction) {
    return transaction
        .createQuery(
            """
            select count(*) filter (where status = 'queued') as queued,
              count(*) filter (where status = 'running') as running,
              min(created_at) filter (where status = 'queued') as oldest_queued_at
            from jobs where status in ('queued', 'running')
            """)
        .mapTo(QueueState.class)
        .one();
  }

  /// Claims the next job of the priority for an execution: the job that the execution was running
  /// when it was cut off, otherwise a queued job of the tenant with the fewest running ones. Ties
  /// go to the tenant served least recently, since with few workers most tenants have no running
  /// job; within a tenant, the oldest job comes first. Across tenants, because they share the
  /// machine.
  ///
  /// @param alone whether the queued job has to be of a tenant of whom none of this priority runs
  static Optional<Job> claim(
      Handle transaction, JobPriority priority, String execution, boolean alone, Instant now) {
    return transaction
        .createQuery(
            """
            with waiting as (
              select tenant_id,
                (select count(*) from jobs
                 where jobs.tenant_id = tenants.tenant_id and status = 'running') as running,
                exists (select 1 from jobs
                 where jobs.tenant_id = tenants.tenant_id and status = 'running'
                   and priority = :priority) as served_now,
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
                 and not (:alone and waiting.served_now)
               order by waiting.running, waiting.served nulls first, next.created_at
               limit 1
               for update of next skip locked))
            returning *
            """)
        .bindMap(
            Map.of("execution", execution, "priority", priority.value, "alone", alone, "now", now))
        .map(JobTable::job)
        .findOne();
  }

  /// Returns when the first postponed job of the priority may run again; empty if none is
  /// postponed.
  static Optional<Instant> nextPostponed(Handle transaction, JobPriority priority) {
    return transaction
        .createQuery(
            """
            select min(not_before) from jobs
            where priority = :priority and status = 'queued' and not_before is not null
            """)
        .bind("priority", priority.value)
        .mapTo(Instant.class)
        .findOne();
  }

  /// Queues a running job again without counting the attempt as a crash; false if the job has left
  /// this attempt.
  ///
  /// @param notBefore earliest time to run again
  static boolean postpone(Handle transaction, Job job, Instant notBefore) {
    return change(transaction, job, "status = 'queued', not_before = :notBefore")
            .bind("notBefore", notBefore)
            .execute()
        == 1;
  }

  /// Stores a job's progress; false if the job has left this attempt.
  static boolean progress(Handle transaction, Job job, double share) {
    return change(transaction, job, "progress = greatest(progress, :share)")
            .bind("share", (float) share)
            .execute()
        == 1;
  }

  /// Completes a job with its result; false if the job has left this attempt.
  static boolean complete(Handle transaction, Job job, String result, Instant now) {
    return change(
                transaction,
                job,
                """
                status = 'completed', progress = 1, result = :result, finished_at = :now,
                sha256 = null, attachments = '{}'
                """)
            .bindMap(Map.of("result", result, "now", now))
            .execute()
        == 1;
  }

  /// Fails a job permanently; false if the job has left this attempt.
  static boolean fail(Handle transaction, Job job, Problem problem, Instant now) {
    Duration wait = problem.retryAfter();
    return change(
                transaction,
                job,
                """
                status = 'failed', error_code = :code, error_message = :message,
                retry_after_millis = :wait, finished_at = :now, sha256 = null,
                attachments = '{}'
                """)
            .bind("code", problem.code().name())
            .bind("message", problem.message())
            .bind("wait", wait == null ? null : wait.toMillis())
            .bind("now", now)
            .execute()
        == 1;
  }

  /// Changes a job if it is still running in this attempt.
  private static Update change(Handle transaction, Job job, String changes) {
    return transaction
        .createUpdate(
            "update jobs set "
                + changes
                + " where tenant_id = :tenant and id = :id and status = 'running'"
                + " and attempts = :attempt")
        .bindMethods(job);
  }

  /// Cancels a job; false if it has ended.
  static boolean cancel(Handle transaction, Job job, Instant now) {
    return transaction
            .createUpdate(
                """
                update jobs
                set status = 'cancelled', finished_at = :now, sha256 = null, attachments = '{}'
                where tenant_id = :tenant and id = :id and status in ('queued', 'running')
                """)
            .bindMethods(job)
            .bind("now", now)
            .execute()
        == 1;
  }

  /// Releases the executions that a node of this name had picked before it crashed.
  static void releaseExecutions(Handle transaction, JobPriority priority, String node) {
    transaction
        .createUpdate(
            """
            update <table> set picked = false, picked_by = null, last_heartbeat = null
            where picked and picked_by = :node
            """)
        .define("table", priority.table)
        .bind("node", node)
        .execute();
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
        Stream.of(row.getColumn("attachments", String[].class)).map(Sha256::new).toList(),
        row.getColumn("attempts", Integer.class),
        row.getColumn("crashes", Integer.class),
        row.getColumn("created_at", Instant.class),
        state(row));
  }

  private static JobState state(RowView row) {
    Instant started = row.getColumn("started_at", Instant.class);
    Instant finished = row.getColumn("finished_at", Instant.class);
    return switch (row.getColumn("status", JobStatus.class)) {
      case QUEUED -> new JobState.Queued();
      case RUNNING -> new JobState.Running(started, row.getColumn("progress", Double.class));
      case COMPLETED ->
          new JobState.Completed(started, finished, row.getColumn("result", String.class));
      case FAILED ->
          new JobState.Failed(
              started,
              finished,
              ProblemCode.valueOf(row.getColumn("error_code", String.class)),
              row.getColumn("error_message", String.class),
              retryAfter(row));
      case CANCELLED -> new JobState.Cancelled(started, finished);
    };
  }

  private static @Nullable Duration retryAfter(RowView row) {
    Long millis = row.getColumn("retry_after_millis", Long.class);
    return millis == null ? null : Duration.ofMillis(millis);
  }
}
