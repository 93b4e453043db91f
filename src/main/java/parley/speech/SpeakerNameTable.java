package parley.speech;

import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.generic.GenericType;
import parley.jobs.JobId;
import parley.tenants.TenantId;

/// The SQL of the names that readers give to voices of a transcript.
final class SpeakerNameTable {
  private SpeakerNameTable() {}

  /// The names by the label of the voice.
  static Map<String, String> of(Handle transaction, TenantId tenant, JobId job) {
    return transaction
        .createQuery(
            """
            select label, display_name from transcript_speaker_names
            where tenant_id = :tenant and job_id = :job
            """)
        .bindMap(Map.of("tenant", tenant, "job", job))
        .setMapKeyColumn("label")
        .setMapValueColumn("display_name")
        .collectInto(new GenericType<Map<String, String>>() {});
  }

  static void put(Handle transaction, TenantId tenant, JobId job, String label, String name) {
    transaction
        .createUpdate(
            """
            insert into transcript_speaker_names (tenant_id, job_id, label, display_name)
            values (:tenant, :job, :label, :name)
            on conflict (tenant_id, job_id, label) do update set display_name = excluded.display_name
            """)
        .bindMap(Map.of("tenant", tenant, "job", job, "label", label, "name", name))
        .execute();
  }

  static void delete(Handle transaction, TenantId tenant, JobId job, String label) {
    transaction
        .createUpdate(
            """
            delete from transcript_speaker_names
            where tenant_id = :tenant and job_id = :job and label = :label
            """)
        .bindMap(Map.of("tenant", tenant, "job", job, "label", label))
        .execute();
  }
}
