package parley.tenants;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import parley.paging.PageRequest;

/// The SQL of tenants and their users.
public final class TenantTable {
  private TenantTable() {}

  /// The issuer of users with API keys.
  private static final String API_KEYS = "";

  /// The issuer of users from before the issuer was recorded.
  private static final String UNKNOWN = "*";

  /// Inserts a tenant without limits; returns false when the name is taken.
  public static boolean insert(Handle transaction, TenantId id, String name, Instant now) {
    return transaction
            .createUpdate(
                """
                insert into tenants (id, name, created_at) values (:id, :name, :now)
                on conflict (name) do nothing
                """)
            .bindMap(Map.of("id", id, "name", name, "now", now))
            .execute()
        == 1;
  }

  public static Optional<Tenant> find(Handle transaction, TenantId id) {
    return transaction
        .createQuery("select * from tenants where id = :id")
        .bind("id", id)
        .mapTo(Tenant.class)
        .findOne();
  }

  /// Like [#find], with a row lock until the transaction ends.
  public static Optional<Tenant> lock(Handle transaction, TenantId id) {
    return transaction
        .createQuery("select * from tenants where id = :id for no key update")
        .bind("id", id)
        .mapTo(Tenant.class)
        .findOne();
  }

  static void limit(Handle transaction, TenantId id, Tenants.Limits limits) {
    transaction
        .createUpdate(
            """
            update tenants
            set max_storage_mb = :maxStorageMb, recordings_enabled = :recordingsEnabled,
                speech_budget_seconds = :speechBudgetSeconds, retention_days = :retentionDays,
                recording_participants = :recordingParticipants, recording_layout = :layout,
                recording_width = :width, recording_height = :height,
                recording_video_kbps = :videoKbps
            where id = :id
            """)
        .bindMethods(limits)
        .bindMethods(limits.videoOptions())
        .bind("id", id)
        .execute();
  }

  public static Optional<Tenant> findByName(Handle transaction, String name) {
    return transaction
        .createQuery("select * from tenants where name = :name")
        .bind("name", name)
        .mapTo(Tenant.class)
        .findOne();
  }

  /// Tenants after the cursor, newest first; for operators.
  static List<Tenant> list(Handle transaction, PageRequest page) {
    return transaction
        .createQuery(
            """
            select * from tenants where (created_at, id) < (:before, :beforeId)
            order by created_at desc, id desc limit :max
            """)
        .bindMethods(page)
        .mapTo(Tenant.class)
        .list();
  }

  /// Returns how many tenants there are, counting up to `max` + 1.
  static long count(Handle transaction, int max) {
    return transaction
        .createQuery("select count(*) from (select 1 from tenants limit :max + 1) as tenants")
        .bind("max", max)
        .mapTo(long.class)
        .one();
  }

  /// The id of the API key user of this name, who is created if necessary.
  public static UserId user(Handle transaction, TenantId tenant, String name, Instant now) {
    return user(transaction, tenant, API_KEYS, name, now);
  }

  /// The id of the issuer's user with this subject, who is created if necessary and is distinct
  /// from an API key user of the same name.
  public static UserId issuedUser(
      Handle transaction, TenantId tenant, String issuer, String subject, Instant now) {
    return user(transaction, tenant, issuer, subject, now);
  }

  private static UserId user(
      Handle transaction, TenantId tenant, String issuer, String name, Instant now) {
    assignIssuer(transaction, tenant, issuer, name);
    // The no-op update makes "returning" also return an existing row.
    return transaction
        .createQuery(
            """
            insert into users (tenant_id, id, issuer, name, created_at)
            values (:tenant, :id, :issuer, :name, :now)
            on conflict (tenant_id, issuer, name) do update set name = excluded.name
            returning id
            """)
        .bind("tenant", tenant)
        .bind("id", UserId.random())
        .bind("issuer", issuer)
        .bind("name", name)
        .bind("now", now)
        .mapTo(UserId.class)
        .one();
  }

  /// Assigns a user without a recorded issuer to the first issuer that authenticates this name,
  /// unless that issuer already has such a user. Only databases from before the issuer was recorded
  /// contain such users.
  private static void assignIssuer(
      Handle transaction, TenantId tenant, String issuer, String name) {
    transaction
        .createUpdate(
            """
            update users set issuer = :issuer
            where tenant_id = :tenant and name = :name and issuer = :unknown
              and not exists (
                select 1 from users as known
                where known.tenant_id = :tenant and known.name = :name and known.issuer = :issuer)
            """)
        .bindMap(Map.of("tenant", tenant, "name", name, "issuer", issuer, "unknown", UNKNOWN))
        .execute();
  }

  /// The name of a user of the tenant.
  public static Optional<String> userName(Handle transaction, TenantId tenant, UserId user) {
    return transaction
        .createQuery("select name from users where tenant_id = :tenant and id = :user")
        .bindMap(Map.of("tenant", tenant, "user", user))
        .mapTo(String.class)
        .findOne();
  }
}
