package parley.speakers;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import parley.storage.Sha256;
import parley.tenants.TenantId;

/// The SQL of reference recordings.
final class ReferenceTable {
  private ReferenceTable() {}

  /// A recording that the profile was made of.
  ///
  /// @param retained whether it is stored
  public record Reference(Sha256 sha256, boolean retained) {}

  static void insert(Handle transaction, Speaker speaker, Reference reference, Instant now) {
    transaction
        .createUpdate(
            """
            insert into speaker_references (tenant_id, speaker_id, sha256, retained, added_at)
            values (:tenant, :id, :sha256.hex, :retained, :now)
            """)
        .bindMethods(speaker)
        .bindMethods(reference)
        .bind("now", now)
        .execute();
  }

  /// The speaker's recordings, oldest first.
  static List<Reference> list(Handle transaction, Speaker speaker) {
    return transaction
        .createQuery(
            """
            select sha256, retained from speaker_references
            where tenant_id = :tenant and speaker_id = :id order by added_at, sha256
            """)
        .bindMethods(speaker)
        .map(row ->
            new Reference(
                new Sha256(row.getColumn("sha256", String.class)),
                row.getColumn("retained", Boolean.class)))
        .list();
  }

  /// Speakers of all tenants whose recordings are stored although the policy no longer retains
  /// them; for background work only.
  static List<Owner> unwanted(Handle transaction, int max) {
    return transaction
        .createQuery(
            """
            select distinct reference.tenant_id as tenant, reference.speaker_id as speaker
            from speaker_references as reference
            where reference.retained and not coalesce(
              (select retain_reference from speaker_policies as policy
                where policy.tenant_id = reference.tenant_id), :otherwise)
            limit :max
            """)
        .bindMap(Map.of("otherwise", SpeakerPolicy.DEFAULT.retainReference(), "max", max))
        .mapTo(Owner.class)
        .list();
  }

  /// A speaker and their tenant.
  record Owner(TenantId tenant, SpeakerId speaker) {}

  /// Records that the speaker's recordings are no longer stored.
  static void retainNone(Handle transaction, Speaker speaker) {
    transaction
        .createUpdate(
            """
            update speaker_references set retained = false
            where tenant_id = :tenant and speaker_id = :id
            """)
        .bindMethods(speaker)
        .execute();
  }
}
