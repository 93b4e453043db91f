package parley.jobs;

import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// The SQL of finished parts of the results of running jobs.
final class JobPartTable {
  private JobPartTable() {}

  /// Stores part number `number` of a job's result; false if the job has left this attempt. Waits
  /// for whoever is changing the job.
  static boolean publish(Handle transaction, Job job, int number, String part) {
    // Locked, because a part that commits after the end of its job would never be deleted.
    return transaction
            .createUpdate(
                """
                insert into job_parts (tenant_id, job_id, number, part)
                select tenant_id, id, :number, :part from jobs
                where tenant_id = :tenant and id = :id and status = 'running'
                  and attempts = :attempt
                for share
                on conflict (tenant_id, job_id, number) do update set part = excluded.part
                """)
            .bindMethods(job)
            .bindMap(Map.of("number", number, "part", part))
            .execute()
        == 1;
  }

  /// Returns the parts of a job of this user from number `from` on, in order.
  static List<String> list(Handle transaction, TenantId tenant, UserId user, JobId id, int from) {
    return transaction
        .createQuery(
            """
            select part from job_parts
            where tenant_id = :tenant and job_id = :id and number >= :from
              and exists
                (select 1 from jobs where tenant_id = :tenant and id = :id and user_id = :user)
            order by number
            """)
        .bindMap(Map.of("tenant", tenant, "user", user, "id", id, "from", from))
        .mapTo(String.class)
        .list();
  }

  /// Deletes the parts of a job that has ended in this transaction; its result has it all.
  static void deleteAll(Handle transaction, Job job) {
    transaction
        .createUpdate("delete from job_parts where tenant_id = :tenant and job_id = :id")
        .bindMethods(job)
        .execute();
  }
}
