package parley.media;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import parley.auth.KeyId;
import parley.paging.Cursor;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// The SQL of lists of media: what a user owns and what the tenant shares, newest first.
final class MediaListTable {
  /// Both halves come from an index of their own and end where the page ends, so that a page costs
  /// the same however much the tenant has. An entry may be in both halves.
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

  /// At most `max` entries behind the cursor, after passing over `skipped` of them.
  List<Media> page(
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

  /// How many entries the user sees; counts no further than a little beyond `max`.
  long count(Handle transaction, TenantId tenant, UserId user, int max) {
    long own =
        count(
            transaction,
            "select 1 from media where tenant_id = :tenant and owner_id = :user limit :max",
            tenant,
            user,
            max);
    // So that the second count passes over a bounded number of the user's own.
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
        .bind("tenant", tenant)
        .bind("user", user)
        .bind("max", max + 1L)
        .mapTo(long.class)
        .one();
  }

  /// Held by every transaction that adds an entry, so that a listing can wait for its commit.
  void lockForAdding(Handle transaction, TenantId tenant) {
    lock(transaction, "pg_advisory_xact_lock_shared", tenant);
  }

  /// Waits for the entries that are being added: those added later get a later time.
  void lockForListing(Handle transaction, TenantId tenant) {
    lock(transaction, "pg_advisory_xact_lock", tenant);
  }

  private static void lock(Handle transaction, String function, TenantId tenant) {
    transaction
        .createQuery("select " + function + "(hashtextextended('media/' || :tenant, 0))")
        .bind("tenant", tenant.toString())
        .mapToMap()
        .one();
  }

  /// Remembers as of when this key lists in pages of this size.
  void pin(Handle transaction, TenantId tenant, KeyId key, int pageSize, Instant asOf) {
    transaction
        .createUpdate(
            """
            insert into library_listings (tenant_id, key_id, page_size, as_of, asked_at)
            values (:tenant, :key, :pageSize, :asOf, :asOf)
            on conflict (tenant_id, key_id, page_size)
            do update set as_of = excluded.as_of, asked_at = excluded.asked_at
            """)
        .bind("tenant", tenant)
        .bind("key", key)
        .bind("pageSize", pageSize)
        .bind("asOf", asOf)
        .execute();
  }

  /// As of when this key lists in pages of this size, unless it has not asked since `since`; notes
  /// that it asked.
  Optional<Instant> pinned(
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
