package parley.speakers;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.result.RowView;
import parley.paging.PageRequest;
import parley.storage.Sha256;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// The SQL of enrolled speakers of one tenant. Expired ones are treated as absent even before their
/// row is deleted.
final class SpeakerTable {
  private SpeakerTable() {}

  static void insert(Handle transaction, Speaker speaker) {
    transaction
        .createUpdate(
            """
            insert into speakers
              (tenant_id, id, display_name, language_primary, description, user_id,
              embedding_sha256, embedding_bytes, model, model_version, threshold, speech_millis,
              preflight, created_at, expires_at)
            values (:tenant, :id, :displayName, :language, :description, cast(:user as uuid),
              :profile.embedding.hex, :profile.bytes, :profile.model.name, :profile.model.version,
              :profile.threshold, :profile.speechMillis, :preflight, :createdAt, :expiresAt)
            """)
        .bindMethods(speaker)
        .execute();
  }

  static Optional<Speaker> find(Handle transaction, TenantId tenant, SpeakerId id, Instant now) {
    return find(transaction, tenant, id, now, "");
  }

  /// As [#find], and locks the speaker until the transaction ends.
  static Optional<Speaker> lock(Handle transaction, TenantId tenant, SpeakerId id, Instant now) {
    return find(transaction, tenant, id, now, " for update");
  }

  /// As [#find], and keeps the speaker from being erased until the transaction ends.
  static boolean hold(Handle transaction, TenantId tenant, SpeakerId id, Instant now) {
    return find(transaction, tenant, id, now, " for share").isPresent();
  }

  /// As [#lock], for expired speakers too.
  static Optional<Speaker> lockExpired(Handle transaction, TenantId tenant, SpeakerId id) {
    return find(transaction, tenant, id, Instant.EPOCH, " for update");
  }

  private static Optional<Speaker> find(
      Handle transaction, TenantId tenant, SpeakerId id, Instant now, String locking) {
    return transaction
        .createQuery(
            "select * from speakers where tenant_id = :tenant and id = :id and expires_at > :now"
                + locking)
        .bindMap(Map.of("tenant", tenant, "id", id, "now", now))
        .map(SpeakerTable::speaker)
        .findOne();
  }

  /// The tenant's speakers after the cursor, newest first.
  static List<Speaker> list(Handle transaction, TenantId tenant, PageRequest page, Instant now) {
    return transaction
        .createQuery(
            """
            select * from speakers
            where tenant_id = :tenant and expires_at > :now
              and (created_at, id) < (:before, :beforeId)
            order by created_at desc, id desc limit :max
            """)
        .bind("tenant", tenant)
        .bindMethods(page)
        .bind("now", now)
        .map(SpeakerTable::speaker)
        .list();
  }

  /// The tenant's speakers with profiles of this model.
  static List<Speaker> ready(Handle transaction, TenantId tenant, VoiceModel model, Instant now) {
    return transaction
        .createQuery(
            """
            select * from speakers
            where tenant_id = :tenant and expires_at > :now
              and model = :name and model_version = :version
            order by created_at, id
            """)
        .bindMap(Map.of("tenant", tenant, "now", now))
        .bindMethods(model)
        .map(SpeakerTable::speaker)
        .list();
  }

  /// The number of the tenant's speakers, including expired ones that are not yet removed.
  static long count(Handle transaction, TenantId tenant) {
    return transaction
        .createQuery("select count(*) from speakers where tenant_id = :tenant")
        .bind("tenant", tenant)
        .mapTo(long.class)
        .one();
  }

  /// Serialises enrolments of a tenant until the commit, so that concurrent ones cannot exceed the
  /// limit or miss a withdrawal.
  static void lockForEnrolment(Handle transaction, TenantId tenant) {
    transaction
        .createQuery("select pg_advisory_xact_lock(hashtextextended('speakers/' || :tenant, 0))")
        .bind("tenant", tenant.toString())
        .mapToMap()
        .one();
  }

  /// All profiles of one user, locked as by [#lock].
  static List<Speaker> lockOf(Handle transaction, TenantId tenant, UserId user) {
    return transaction
        .createQuery(
            """
            select * from speakers where tenant_id = :tenant and user_id = :user
            order by id for update
            """)
        .bindMap(Map.of("tenant", tenant, "user", user))
        .map(SpeakerTable::speaker)
        .list();
  }

  static void update(Handle transaction, Speaker speaker) {
    transaction
        .createUpdate(
            """
            update speakers
            set display_name = :displayName, description = :description, expires_at = :expiresAt
            where tenant_id = :tenant and id = :id
            """)
        .bindMethods(speaker)
        .execute();
  }

  /// Replaces the profile and clears its failure.
  static void putProfile(Handle transaction, Speaker speaker, Speaker.Profile profile) {
    transaction
        .createUpdate(
            """
            update speakers
            set embedding_sha256 = :embedding.hex, embedding_bytes = :bytes, model = :model.name,
                model_version = :model.version, threshold = :threshold,
                speech_millis = :speechMillis, failure_reason = null
            where tenant_id = :tenant and id = :id
            """)
        .bindMap(Map.of("tenant", speaker.tenant(), "id", speaker.id()))
        .bindMethods(profile)
        .execute();
  }

  static void delete(Handle transaction, Speaker speaker) {
    transaction
        .createUpdate("delete from speakers where tenant_id = :tenant and id = :id")
        .bindMethods(speaker)
        .execute();
  }

  /// Shortens the expiry of the tenant's speakers to at most this time.
  static void expireBy(Handle transaction, TenantId tenant, Instant latest) {
    transaction
        .createUpdate(
            """
            update speakers set expires_at = :latest
            where tenant_id = :tenant and expires_at > :latest
            """)
        .bindMap(Map.of("tenant", tenant, "latest", latest))
        .execute();
  }

  /// The names of those of these speakers who exist.
  static Map<SpeakerId, String> names(
      Handle transaction, TenantId tenant, Set<SpeakerId> ids, Instant now) {
    Map<SpeakerId, String> names = new HashMap<>();
    transaction
        .createQuery(
            """
            select * from speakers
            where tenant_id = :tenant and id = any(:ids) and expires_at > :now
            """)
        .bind("tenant", tenant)
        .bindArray("ids", UUID.class, ids.stream().map(SpeakerId::value).toList())
        .bind("now", now)
        .map(SpeakerTable::speaker)
        .forEach(speaker -> names.put(speaker.id(), speaker.displayName()));
    return names;
  }

  static void fail(Handle transaction, Speaker speaker, String reason) {
    transaction
        .createUpdate(
            """
            update speakers set failure_reason = :reason where tenant_id = :tenant and id = :id
            """)
        .bindMethods(speaker)
        .bind("reason", reason)
        .execute();
  }

  static Speaker speaker(RowView row) {
    return new Speaker(
        row.getColumn("tenant_id", TenantId.class),
        row.getColumn("id", SpeakerId.class),
        row.getColumn("display_name", String.class),
        row.getColumn("language_primary", String.class),
        row.getColumn("description", String.class),
        row.getColumn("user_id", UserId.class),
        new Speaker.Profile(
            new Sha256(row.getColumn("embedding_sha256", String.class)),
            row.getColumn("embedding_bytes", Integer.class),
            new VoiceModel(
                row.getColumn("model", String.class), row.getColumn("model_version", String.class)),
            row.getColumn("threshold", Double.class),
            row.getColumn("speech_millis", Long.class)),
        row.getColumn("preflight", String.class),
        row.getColumn("failure_reason", String.class),
        row.getColumn("created_at", Instant.class),
        row.getColumn("expires_at", Instant.class));
  }
}
