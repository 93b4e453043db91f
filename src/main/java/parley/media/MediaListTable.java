package parley.media;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import parley.auth.KeyId;
import parley.paging.Cursor;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// The SQL of media lists: a user's own entries and those that the tenant shares, newest first.
final class MediaListTable {
  private MediaListTable() {}

  /// Each half uses its own index and ends with the page, so the cost is independent of the number
  /// of the tenant's entries. An entry may be in both halves.
  static final String PAGE =
      """
      with page as (
        (select tenant_id, id, created_at from media
          where tenant_id = :tenant and owner_id = :user
            and (created_at, id) < (:before, :beforeId)
          order by created_at desc, id desc limit :reach)
        union
        (select tenant_id, id, created_at from media
          where tenant_id = :tenant and tenant_scope
            and (created_at, id) < (:before, :beforeId)
          order by created_at desc, id desc limit :reach)
        order by created_at desc, id desc
        limit :max offset :skipped
      )
      """
          + MediaTable.ENTRY
          + """
          where (tenant_id, id) in (select tenant_id, id from page)
          order by media.created_at desc, media.id desc
          """;

  /// At most `max` entries after the cursor, without the first `skipped`.
  static List<Media> page(
      Handle transaction, TenantId tenant, UserId user, Cursor after, int max, long skipped) {
    return transaction
        .createQuery(PAGE)
        .bind("tenant", tenant)
        .bind("user", user)
        .bind("before", after.at())
        .bind("beforeId", after.id())
        .bind("reach", max + skipped)
        .bind("max", max)
        .bind("skipped", skipped)
        .map(MediaTable::media)
        .list();
  }

  /// The number of entries that the user may see; stops counting slightly above `max`.
  static long count(Handle transaction, TenantId tenant, UserId user, int max) {
    long own =
        count(
            transaction,
            "select 1 from media where tenant_id = :tenant and owner_id = :user limit :max",
            tenant,
            user,
            max);
    // Limits the number of the user's own entries that the second count has to skip.
    return own > max
        ? own
        : own
            + count(
                transaction,
                """
                select 1 from media where tenant_id = :tenant and tenant_scope and owner_id <> :user
                limit :max
                """,
                tenant,
                user,
                max);
  }

  private static long count(
      Handle transaction, String rows, TenantId tenant, UserId user, int max) {
    return transaction
        .createQuery("select count(*) from (" + rows + ") as rows")
        .bindMap(Map.of("tenant", tenant, "user", user, "max", max + 1L))
        .mapTo(long.class)
        .one();
  }

  /// Held by every transaction that adds an entry, so that a listing can wait for its commit.
  static void lockForAdding(Handle transaction, TenantId tenant) {
    lock(transaction, "pg_advisory_xact_lock_shared", tenant);
  }

  /// Waits for transactions that are adding entries; entries added afterwards get a later time.
  static void lockForListing(Handle transaction, TenantId tenant) {
    lock(transaction, "pg_advisory_xact_lock", tenant);
  }

  private static void lock(Handle transaction, String function, TenantId tenant) {
    transaction
        .createQuery("select " + function + "(hashtextextended('media/' || :tenant, 0))")
        .bind("tenant", tenant.toString())
        .mapToMap()
        .one();
  }

  /// Forgets the listings of the tenant that nobody has asked for since then.
  static void forget(Handle transaction, TenantId tenant, Instant since) {
    transaction
        .createUpdate(
            "delete from library_listings where tenant_id = :tenant and asked_at < :since")
        .bind("tenant", tenant)
        .bind("since", since)
        .execute();
  }

  /// Fixes the time as of which this key lists pages of this size.
  static void pin(Handle transaction, TenantId tenant, KeyId key, int pageSize, Instant asOf) {
    transaction
        .createUpdate(
            """
            insert into library_listings (tenant_id, key_id, page_size, as_of, asked_at)
            values (:tenant, :key, :pageSize, :asOf, :asOf)
            on conflict (tenant_id, key_id, page_size)
            do update set as_of = excluded.as_of, asked_at = excluded.asked_at
            """)
        .bindMap(Map.of("tenant", tenant, "key", key, "pageSize", pageSize, "asOf", asOf))
        .execute();
  }

  /// The time as of which this key lists pages of this size, unless its last request was before
  /// `since`. Records the current request.
  static Optional<Instant> pinned(
      Handle transaction, TenantId tenant, KeyId key, int pageSize, Instant since, Instant now) {
    return transaction
        .createQuery(
            """
            update library_listings set asked_at = :now
            where tenant_id = :tenant and key_id = :key and page_size = :pageSize
              and asked_at >= :since
            returning as_of
            """)
        .bind("tenant", tenant)
        .bind("key", key)
        .bind("pageSize", pageSize)
        .bind("since", since)
        .bind("now", now)
        .mapTo(Instant.class)
        .findOne();
  }
}
