package parley.media;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.result.RowView;
import org.jspecify.annotations.Nullable;
import parley.media.BlobQueueTable.Claimed;
import parley.media.MediaInspector.Inspection;
import parley.media.pictures.NoThumbnail;
import parley.storage.BlobKey;

/// The SQL of preparations and their results, except for that of the queue ([BlobQueueTable]).
final class PreparationTable {
  private PreparationTable() {}

  /// The columns for [#metadata].
  static final String COLUMNS =
      """
      preparations.width, preparations.height, preparations.duration, preparations.thumbnails,
      preparations.revision, preparations.reason, preparations.status as preparation
      """;

  /// The state of a claimed blob.
  ///
  /// @param revision of its current thumbnails
  /// @param slow whether the quick attempt was not enough
  /// @param quiet whether it was not requested by a user
  record Taken(int revision, boolean slow, boolean quiet) {}

  /// Queues the preparation of a blob unless it has already been queued.
  ///
  /// @param measured what is already known
  static void request(Handle transaction, BlobKey blob, MediaMetadata measured, Instant now) {
    transaction
        .createUpdate(
            """
            insert into preparations
              (tenant_id, sha256, status, width, height, duration, due_at)
            values (:tenant, :sha256.hex, 'pending', :width, :height, :duration, :now)
            on conflict (tenant_id, sha256) do update set
              width = coalesce(preparations.width, excluded.width),
              height = coalesce(preparations.height, excluded.height),
              duration = coalesce(preparations.duration, excluded.duration)
            """)
        .bindMethods(blob)
        .bindMethods(measured)
        .bind("now", now)
        .execute();
  }

  /// Queues another preparation unless one is in progress. The current metadata remains until then.
  static void requestAgain(Handle transaction, BlobKey blob, Instant now) {
    transaction
        .createUpdate(
            """
            update preparations
            set status = 'pending', slow = false, quiet = false, crashes = 0, due_at = :now
            where tenant_id = :tenant and sha256 = :sha256.hex
              and (status = 'done' or (quiet and leased_until is null))
            """)
        .bindMethods(blob)
        .bind("now", now)
        .execute();
  }

  /// Queues one blob, of any tenant, whose thumbnails were made by an older version, unless one is
  /// already waiting.
  static boolean requestOutdated(Handle transaction, int version, Instant now) {
    return transaction
            .createUpdate(
                """
                update preparations
                set status = 'pending', slow = true, quiet = true, crashes = 0, due_at = :now
                where not exists (
                    select 1 from preparations as other where other.status = 'pending' and other.quiet)
                  and (tenant_id, sha256) = (
                    select tenant_id, sha256 from preparations
                    where status = 'done' and maker < :version
                    limit 1
                    for update skip locked)
                """)
            .bindMap(Map.of("version", version, "now", now))
            .execute()
        == 1;
  }

  /// The metadata of a blob; empty if it is not inspected.
  static Optional<MediaMetadata> find(Handle transaction, BlobKey blob) {
    return transaction
        .createQuery(
            "select "
                + COLUMNS
                + " from preparations where tenant_id = :tenant and sha256 = :sha256.hex")
        .bindMethods(blob)
        .map(row -> metadata(row))
        .findOne();
  }

  /// The state of a claimed blob; empty if the lease was lost or the blob deleted.
  static Optional<Taken> taken(Handle transaction, Claimed claimed) {
    return transaction
        .createQuery(
            """
            select revision, slow, quiet from preparations
            where tenant_id = :blob.tenant and sha256 = :blob.sha256.hex and status = 'pending'
              and attempts = :attempt
            """)
        .bindMethods(claimed)
        .mapTo(Taken.class)
        .findOne();
  }

  /// Leaves the blob to a patient attempt.
  static void leaveToLongerTry(Handle transaction, Claimed claimed) {
    transaction
        .createUpdate(
            """
            update preparations set slow = true, leased_until = null
            where tenant_id = :blob.tenant and sha256 = :blob.sha256.hex and status = 'pending'
              and attempts = :attempt
            """)
        .bindMethods(claimed)
        .execute();
  }

  /// Writes the results.
  ///
  /// @param version of [Thumbnails]; null if a newer version would not change anything
  static void settle(
      Handle transaction,
      Claimed claimed,
      Inspection found,
      int revision,
      @Nullable Integer version) {
    NoThumbnail reason = found.reason();
    transaction
        .createUpdate(
            """
            update preparations
            set status = 'done', leased_until = null, width = coalesce(:width, width),
              height = coalesce(:height, height), duration = coalesce(:duration, duration),
              thumbnails = :thumbnails, revision = :revision, reason = :reason, maker = :version
            where tenant_id = :blob.tenant and sha256 = :blob.sha256.hex and status = 'pending'
              and attempts = :attempt
            """)
        .bindMethods(claimed)
        .bindByType("width", found.width(), Integer.class)
        .bindByType("height", found.height(), Integer.class)
        .bindByType("duration", found.duration(), Double.class)
        .bindArray("thumbnails", Integer.class, ThumbnailIndex.of(found.thumbnails()).lengths())
        .bind("revision", revision)
        .bind("reason", reason == null ? null : reason.text())
        .bindByType("version", version, Integer.class)
        .execute();
  }

  /// The metadata in a row with [#COLUMNS].
  static MediaMetadata metadata(RowView row) {
    String status = row.getColumn("preparation", String.class);
    if (status == null) {
      return MediaMetadata.NONE;
    }
    Integer[] thumbnails = row.getColumn("thumbnails", Integer[].class);
    return new MediaMetadata(
        row.getColumn("width", Integer.class),
        row.getColumn("height", Integer.class),
        row.getColumn("duration", Double.class),
        new ThumbnailIndex(List.of(thumbnails)),
        row.getColumn("revision", Integer.class),
        status.equals("pending"),
        row.getColumn("reason", NoThumbnail.class));
  }
}
