package parley.speakers;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import parley.json.Json;
import parley.paging.PageRequest;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// The SQL of the append-only logs of consents, which the database chains by their hashes, and of
/// erasures; also of withdrawals, which hold until they are revoked.
final class ConsentTable {
  private ConsentTable() {}

  static void insert(Handle transaction, TenantId tenant, SpeakerId speaker, ConsentRecord record) {
    transaction
        .createUpdate(
            """
            insert into speaker_consents (tenant_id, speaker_id, record)
            values (:tenant, :speaker, :record)
            """)
        .bindMap(Map.of("tenant", tenant, "speaker", speaker, "record", Json.write(record)))
        .execute();
  }

  /// All entries about a speaker, oldest first: the first is the consent given.
  static List<ConsentRecord.Entry> list(Handle transaction, TenantId tenant, SpeakerId speaker) {
    return transaction
        .createQuery(
            """
            select * from speaker_consents where tenant_id = :tenant and speaker_id = :speaker
            order by sequence
            """)
        .bindMap(Map.of("tenant", tenant, "speaker", speaker))
        .mapTo(ConsentRecord.Entry.class)
        .list();
  }

  static void insert(Handle transaction, TenantId tenant, Erasure erasure) {
    transaction
        .createUpdate(
            """
            insert into speaker_erasures
              (tenant_id, id, speaker_id, reason, erased_by, erased_at, consent_hash)
            values (:tenant, :id, :speaker, :reason, cast(:by as uuid), :at, :consentHash)
            """)
        .bind("tenant", tenant)
        .bindMethods(erasure)
        .execute();
  }

  /// The tenant's erasures after the cursor, newest first.
  static List<Erasure> erasures(Handle transaction, TenantId tenant, PageRequest page) {
    return transaction
        .createQuery(
            """
            select id, speaker_id as speaker, reason, erased_by as by, erased_at as at, consent_hash
            from speaker_erasures
            where tenant_id = :tenant and (erased_at, id) < (:before, :beforeId)
            order by erased_at desc, id desc limit :max
            """)
        .bind("tenant", tenant)
        .bindMethods(page)
        .mapTo(Erasure.class)
        .list();
  }

  /// Forbids enrolling the user; a second withdrawal keeps the time of the first.
  static void withdraw(Handle transaction, TenantId tenant, UserId user, Instant now) {
    transaction
        .createUpdate(
            """
            insert into speaker_withdrawals (tenant_id, user_id, withdrawn_at)
            values (:tenant, :user, :now) on conflict (tenant_id, user_id) do nothing
            """)
        .bindMap(Map.of("tenant", tenant, "user", user, "now", now))
        .execute();
  }

  /// When the user withdrew; empty if they may be enrolled.
  static Optional<Instant> withdrawal(Handle transaction, TenantId tenant, UserId user) {
    return transaction
        .createQuery(
            """
            select withdrawn_at from speaker_withdrawals
            where tenant_id = :tenant and user_id = :user
            """)
        .bindMap(Map.of("tenant", tenant, "user", user))
        .mapTo(Instant.class)
        .findOne();
  }

  static void takeBackWithdrawal(Handle transaction, TenantId tenant, UserId user) {
    transaction
        .createUpdate(
            "delete from speaker_withdrawals where tenant_id = :tenant and user_id = :user")
        .bindMap(Map.of("tenant", tenant, "user", user))
        .execute();
  }
}
