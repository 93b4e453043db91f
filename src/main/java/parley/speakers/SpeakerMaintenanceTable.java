package parley.speakers;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/// The SQL of background work on the speakers of all tenants; nothing that a caller asked for.
final class SpeakerMaintenanceTable {
  private SpeakerMaintenanceTable() {}

  /// Expired speakers of all tenants.
  static List<Speaker> expired(Handle transaction, Instant now, int max) {
    return transaction
        .createQuery(
            "select * from speakers where expires_at <= :now order by expires_at limit :max")
        .bindMap(Map.of("now", now, "max", max))
        .map(SpeakerTable::speaker)
        .list();
  }

  /// Claims a speaker of any tenant whose profile belongs to another model, whose recordings are
  /// stored and whom no node has claimed since `since`.
  static Optional<Speaker> claimStale(
      Handle transaction, VoiceModel present, Instant since, Instant now) {
    return transaction
        .createQuery(
            """
            update speakers set rebuild_began_at = :now
            where (tenant_id, id) = (
              select tenant_id, id from speakers
              where (model, model_version) <> (:name, :version) and failure_reason is null
                and expires_at > :now
                and (rebuild_began_at is null or rebuild_began_at < :since)
                and exists (
                  select 1 from speaker_references as reference
                  where reference.tenant_id = speakers.tenant_id
                    and reference.speaker_id = speakers.id and reference.retained)
              order by tenant_id, id limit 1 for update skip locked)
            returning *
            """)
        .bindMethods(present)
        .bindMap(Map.of("since", since, "now", now))
        .map(SpeakerTable::speaker)
        .findOne();
  }

  /// The ids that exist, in any tenant.
  static Set<SpeakerId> present(Handle transaction, Set<SpeakerId> ids) {
    return transaction
        .createQuery("select id from speakers where id = any(:ids)")
        .bindArray("ids", UUID.class, ids.stream().map(SpeakerId::value).toList())
        .mapTo(SpeakerId.class)
        .set();
  }
}
