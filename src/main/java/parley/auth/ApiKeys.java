package parley.auth;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.Nested;
import org.jdbi.v3.core.mapper.reflect.ColumnName;
import org.jspecify.annotations.Nullable;
import parley.db.Database;
import parley.db.Signals;
import parley.paging.Cursor;
import parley.paging.Page;
import parley.paging.PageRequest;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.tenants.NameValidator;
import parley.tenants.TenantId;
import parley.tenants.TenantTable;

/// Creates, authenticates and revokes API keys.
public final class ApiKeys implements Authenticator {
  /// The [Signals] channel that carries the ids of revoked keys to every node.
  public static final String REVOKED = "parley_revoked_keys";

  /// How many keys a tenant may have.
  static final int MAX_KEYS = 10_000;

  /// RFC 3339 cannot express later times.
  private static final Instant LAST_EXPIRY = Instant.parse("9999-12-31T00:00:00Z");

  /// Last uses are recorded at this interval, so that reading does not cause a write each time.
  private static final Duration LAST_USE_INTERVAL = Duration.ofMinutes(1);

  private final Database database;
  private final Clock clock;

  public ApiKeys(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  /// A key and the name of its user.
  public record Listed(@Nested ApiKey key, @ColumnName("user_name") String user) {}

  /// A new key with its secret, which cannot be retrieved later.
  public record Created(ApiKey key, ApiKeySecret secret) {}

  /// Creates a key for a user of the tenant, and the user if the name is new.
  ///
  /// @param expiresAt null for never
  /// @throws Problem TENANT_NOT_FOUND, TOO_MANY_KEYS if the tenant has [#MAX_KEYS] that have not
  ///   expired, or VALIDATION
  public Created create(
      TenantId tenant,
      String user,
      String name,
      Set<Permission> permissions,
      @Nullable Instant expiresAt) {
    return database.inTransaction(
        transaction -> create(transaction, tenant, user, name, permissions, expiresAt));
  }

  /// Like [#create(TenantId, String, String, Set, Instant)], within the caller's transaction.
  public Created create(
      Handle transaction,
      TenantId tenant,
      String user,
      String name,
      Set<Permission> permissions,
      @Nullable Instant expiresAt) {
    NameValidator.check(user, "user", "A user's name", 1, 200);
    NameValidator.check(name, "name", "A key's name", 0, 200);
    if (permissions.isEmpty()) {
      throw new Problem(ProblemCode.VALIDATION, "A key needs at least one permission.")
          .at("permissions");
    }
    if (expiresAt != null
        && (!expiresAt.isAfter(clock.instant()) || !expiresAt.isBefore(LAST_EXPIRY))) {
      throw new Problem(
              ProblemCode.VALIDATION, "A key must expire in the future, before the year 10000.")
          .at("expires_at");
    }
    ApiKeySecret secret = ApiKeySecret.random();
    makeRoom(transaction, tenant);
    ApiKey key =
        new ApiKey(
            KeyId.random(),
            tenant,
            TenantTable.user(transaction, tenant, user, clock.instant()),
            name,
            permissions,
            clock.instant(),
            expiresAt,
            null);
    ApiKeyTable.insert(transaction, key, secret.sha256());
    return new Created(key, secret);
  }

  /// Ensures that the tenant may have one more key. Expired keys are listed until their place is
  /// needed.
  private void makeRoom(Handle transaction, TenantId tenant) {
    // Locked, so that keys created at the same time are counted.
    if (TenantTable.lock(transaction, tenant).isEmpty()) {
      throw new Problem(ProblemCode.TENANT_NOT_FOUND, "There is no such tenant.");
    }
    if (ApiKeyTable.count(transaction, tenant) < MAX_KEYS) {
      return;
    }
    ApiKeyTable.deleteExpired(transaction, tenant, clock.instant());
    if (ApiKeyTable.count(transaction, tenant) >= MAX_KEYS) {
      throw new Problem(
          ProblemCode.TOO_MANY_KEYS,
          "A tenant may have at most %,d keys; revoke those that nobody needs."
              .formatted(MAX_KEYS));
    }
  }

  /// The tenant's keys, newest first: one page of them.
  public Page<Listed> list(TenantId tenant, PageRequest page) {
    return database.inTransaction(transaction ->
        page.page(
                ApiKeyTable.list(transaction, tenant, page),
                listed -> new Cursor(listed.key().createdAt(), listed.key().id().value()))
            .counted(ApiKeyTable.count(transaction, tenant)));
  }

  /// Revokes a key at once: its next request is refused, and a signal ends streams and uploads in
  /// progress.
  public void revoke(TenantId tenant, KeyId key) {
    database.useTransaction(transaction -> {
      if (!ApiKeyTable.delete(transaction, tenant, key)) {
        throw new Problem(ProblemCode.KEY_NOT_FOUND, "There is no such key.");
      }
      Signals.send(transaction, REVOKED, key.toString());
    });
  }

  /// Returns the keys that are neither revoked nor expired.
  public Set<KeyId> valid(Set<KeyId> keys) {
    return database.inTransaction(
        transaction -> ApiKeyTable.valid(transaction, keys, clock.instant()));
  }

  @Override
  public Caller authenticate(String token) {
    byte[] sha256 = new ApiKeySecret(token).sha256();
    Instant now = clock.instant();
    return database.inTransaction(transaction -> {
      ApiKey key =
          ApiKeyTable.findByHash(transaction, sha256)
              .orElseThrow(() -> new Problem(ProblemCode.TOKEN_INVALID, "The token is not valid."));
      if (key.expiresAt() != null && !now.isBefore(key.expiresAt())) {
        throw new Problem(ProblemCode.TOKEN_EXPIRED, "The token has expired.");
      }
      if (key.lastUsedAt() == null || key.lastUsedAt().plus(LAST_USE_INTERVAL).isBefore(now)) {
        ApiKeyTable.used(transaction, key.id(), now);
      }
      return new Caller(key.id(), key.tenant(), key.user(), key.permissions(), null);
    });
  }
}
