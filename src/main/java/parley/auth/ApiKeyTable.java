package parley.auth;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import parley.paging.PageRequest;
import parley.tenants.TenantId;

/// The SQL of API keys.
final class ApiKeyTable {
  private ApiKeyTable() {}

  public static void insert(Handle transaction, ApiKey key, byte[] sha256) {
    transaction
        .createUpdate(
            """
            insert into api_keys
              (id, tenant_id, user_id, name, sha256, permissions, created_at, expires_at)
            values (:id, :tenant, :user, :name, :sha256, :texts, :createdAt, :expiresAt)
            """)
        .bindMethods(key)
        .bind("sha256", sha256)
        .bindArray("texts", String.class, key.permissions().stream().map(Permission::text).toList())
        .execute();
  }

  /// Finds the key whose secret has this hash. Not bound to a tenant, because the key determines
  /// the tenant.
  public static Optional<ApiKey> findByHash(Handle transaction, byte[] sha256) {
    return transaction
        .createQuery("select * from api_keys where sha256 = :sha256")
        .bind("sha256", sha256)
        .mapTo(ApiKey.class)
        .findOne();
  }

  /// Returns the tenant's keys after the cursor, newest first.
  static List<ApiKeys.Listed> list(Handle transaction, TenantId tenant, PageRequest page) {
    return transaction
        .createQuery(
            """
            select api_keys.*, users.name as user_name
            from api_keys join users on users.tenant_id = api_keys.tenant_id and users.id = user_id
            where api_keys.tenant_id = :tenant
              and (api_keys.created_at, api_keys.id) < (:before, :beforeId)
            order by api_keys.created_at desc, api_keys.id desc limit :max
            """)
        .bind("tenant", tenant)
        .bindMethods(page)
        .mapTo(ApiKeys.Listed.class)
        .list();
  }

  /// Returns how many keys the tenant has, expired ones included.
  static long count(Handle transaction, TenantId tenant) {
    return transaction
        .createQuery("select count(*) from api_keys where tenant_id = :tenant")
        .bind("tenant", tenant)
        .mapTo(long.class)
        .one();
  }

  static void deleteExpired(Handle transaction, TenantId tenant, Instant now) {
    transaction
        .createUpdate("delete from api_keys where tenant_id = :tenant and expires_at <= :now")
        .bindMap(Map.of("tenant", tenant, "now", now))
        .execute();
  }

  /// Returns the keys that are neither revoked nor expired, of any tenant.
  static Set<KeyId> valid(Handle transaction, Set<KeyId> keys, Instant now) {
    return transaction
        .createQuery(
            """
            select id from api_keys
            where id = any(:keys) and (expires_at is null or expires_at > :now)
            """)
        .bindArray("keys", UUID.class, keys.stream().map(KeyId::value).toList())
        .bind("now", now)
        .mapTo(KeyId.class)
        .set();
  }

  /// Records the time of a key's last use.
  public static void used(Handle transaction, KeyId key, Instant now) {
    transaction
        .createUpdate("update api_keys set last_used_at = :now where id = :id")
        .bindMap(Map.of("id", key, "now", now))
        .execute();
  }

  /// Deletes a key; false if the tenant has no such key.
  public static boolean delete(Handle transaction, TenantId tenant, KeyId key) {
    return transaction
            .createUpdate("delete from api_keys where tenant_id = :tenant and id = :id")
            .bindMap(Map.of("tenant", tenant, "id", key))
            .execute()
        == 1;
  }
}
