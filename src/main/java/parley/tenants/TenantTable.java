package parley.tenants;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.result.RowView;

/// The SQL of tenants and their users.
public final class TenantTable {
  /// In place of an issuer, for users who have API keys.
  private static final String OF_KEYS = "";

  /// In place of an issuer, for users who may be either.
  private static final String UNKNOWN = "*";

  /// Adds a tenant without limits; answers false when the name is taken.
  public boolean insert(Handle transaction, TenantId id, String name, Instant now) {
    return transaction
            .createUpdate(
                """
                insert into tenants (id, name, created_at) values (:id, :name, :now)
                on conflict (name) do nothing
                """)
            .bind("id", id)
            .bind("name", name)
            .bind("now", now)
            .execute()
        == 1;
  }

  public Optional<Tenant> find(Handle transaction, TenantId id) {
    return transaction
        .createQuery("select * from tenants where id = :id")
        .bind("id", id)
        .map(TenantTable::tenant)
        .findOne();
  }

  /// As [#find]; nobody else changes the tenant until the transaction ends.
  public Optional<Tenant> lock(Handle transaction, TenantId id) {
    return transaction
        .createQuery("select * from tenants where id = :id for no key update")
        .bind("id", id)
        .map(TenantTable::tenant)
        .findOne();
  }

  void limit(Handle transaction, TenantId id, Tenants.Limits limits) {
    transaction
        .createUpdate(
            """
            update tenants
            set max_storage_mb = :storage, recordings_enabled = :recordings,
                speech_budget_seconds = :budget, retention_days = :retention,
                recording_layout = :layout, recording_width = :width,
                recording_height = :height, recording_video_kbps = :kbps
            where id = :id
            """)
        .bind("storage", limits.maxStorageMb())
        .bind("recordings", limits.recordingsEnabled())
        .bind("budget", limits.speechBudgetSeconds())
        .bind("retention", limits.retentionDays())
        .bind("layout", limits.videoOptions().layout())
        .bind("width", limits.videoOptions().width())
        .bind("height", limits.videoOptions().height())
        .bind("kbps", limits.videoOptions().videoKbps())
        .bind("id", id)
        .execute();
  }

  public Optional<Tenant> findByName(Handle transaction, String name) {
    return transaction
        .createQuery("select * from tenants where name = :name")
        .bind("name", name)
        .map(TenantTable::tenant)
        .findOne();
  }

  /// All tenants by name; for operators alone.
  public List<Tenant> list(Handle transaction) {
    return transaction
        .createQuery("select * from tenants order by name")
        .map(TenantTable::tenant)
        .list();
  }

  /// The id of the tenant's user of this name who has API keys, made on first mention.
  public UserId user(Handle transaction, TenantId tenant, String name, Instant now) {
    return user(transaction, tenant, OF_KEYS, name, now);
  }

  /// The id of whom an issuer of tokens calls so, made on first mention: never a user who has keys.
  public UserId issuedUser(
      Handle transaction, TenantId tenant, String issuer, String subject, Instant now) {
    return user(transaction, tenant, issuer, subject, now);
  }

  private static UserId user(
      Handle transaction, TenantId tenant, String issuer, String name, Instant now) {
    takeOver(transaction, tenant, issuer, name);
    // The update that changes nothing makes "returning" answer for the row that was there before.
    return new UserId(
        transaction
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
            .mapTo(UUID.class)
            .one());
  }

  /// Gives a user of whom nobody knows whose they are to the first who comes by that name, unless
  /// that one is known already. There are such users only in databases that were made before
  /// issuers were told apart.
  private static void takeOver(Handle transaction, TenantId tenant, String issuer, String name) {
    transaction
        .createUpdate(
            """
            update users set issuer = :issuer
            where tenant_id = :tenant and name = :name and issuer = :unknown
              and not exists (
                select 1 from users as known
                where known.tenant_id = :tenant and known.name = :name and known.issuer = :issuer)
            """)
        .bind("tenant", tenant)
        .bind("name", name)
        .bind("issuer", issuer)
        .bind("unknown", UNKNOWN)
        .execute();
  }

  /// The name of one of the tenant's users.
  public Optional<String> userName(Handle transaction, TenantId tenant, UserId user) {
    return transaction
        .createQuery("select name from users where tenant_id = :tenant and id = :user")
        .bind("tenant", tenant)
        .bind("user", user)
        .mapTo(String.class)
        .findOne();
  }

  private static Tenant tenant(RowView row) {
    return new Tenant(
        row.getColumn("id", TenantId.class),
        row.getColumn("name", String.class),
        row.getColumn("max_storage_mb", Long.class),
        row.getColumn("recordings_enabled", Boolean.class),
        row.getColumn("speech_budget_seconds", Long.class),
        row.getColumn("retention_days", Integer.class),
        new VideoOptions(
            row.getColumn("recording_layout", String.class),
            row.getColumn("recording_width", Integer.class),
            row.getColumn("recording_height", Integer.class),
            row.getColumn("recording_video_kbps", Integer.class)),
        row.getColumn("created_at", Instant.class));
  }
}
