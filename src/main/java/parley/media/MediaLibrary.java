package parley.media;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.Handle;
import parley.audit.AuditAction;
import parley.audit.AuditTrail;
import parley.auth.Caller;
import parley.auth.Permission;
import parley.db.Database;
import parley.paging.Cursor;
import parley.paging.Page;
import parley.paging.PageRequest;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.storage.Blobs;
import parley.tenants.TenantId;

/// Finds, lists, changes and deletes media. [MediaUploads] adds them.
public final class MediaLibrary {
  /// How long a numbered listing is kept after its last request.
  private static final Duration LISTING_KEPT = Duration.ofMinutes(10);

  private static final Duration SCAN_USUALLY_TAKES = Duration.ofSeconds(5);

  private final Database database;
  private final Blobs blobs;
  private final Preparations preparations;
  private final MediaRooms rooms;
  private final AuditTrail audit;
  private final Clock clock;

  public MediaLibrary(
      Database database,
      Blobs blobs,
      Preparations preparations,
      MediaRooms rooms,
      AuditTrail audit,
      Clock clock) {
    this.database = database;
    this.blobs = blobs;
    this.preparations = preparations;
    this.rooms = rooms;
    this.audit = audit;
    this.clock = clock;
  }

  /// Finds an entry that the caller may see.
  ///
  /// @throws Problem MEDIA_NOT_FOUND if it does not exist or the caller may not see it
  public Media find(Caller caller, MediaId id) {
    return database.inTransaction(transaction -> visible(transaction, caller, id));
  }

  /// Like [#readable], by an unparsed id.
  public Media named(Caller caller, String id) {
    return readable(caller, MediaId.parse(id).orElseThrow(MediaLibrary::notFound));
  }

  /// Like [#find], for reading the bytes.
  ///
  /// @throws Problem MEDIA_SCAN_PENDING until they are scanned, unless the caller is the owner
  public Media readable(Caller caller, MediaId id) {
    Media media = find(caller, id);
    if (!media.owner().equals(caller.user())) {
      requireScanned(media);
    }
    return media;
  }

  /// Like [#find], for issuing a link, which is recorded in the audit log.
  public Media signing(Caller caller, MediaId id) {
    return database.inTransaction(transaction -> {
      Media media = visible(transaction, caller, id);
      audit.record(transaction, caller, AuditAction.MEDIA_SIGN, media.id().toString(), Map.of());
      return media;
    });
  }

  /// The entry that a verified link opens. Because links are passed on, nobody counts as the owner,
  /// who could read the bytes before they are scanned.
  public Media linked(TenantId tenant, MediaId id) {
    Media media =
        database.inTransaction(transaction ->
            MediaTable.find(transaction, tenant, id).orElseThrow(MediaLibrary::notFound));
    requireScanned(media);
    return media;
  }

  /// Throws MEDIA_SCAN_PENDING if the bytes are not scanned yet.
  static void requireScanned(Media media) {
    if (media.scanStatus() == ScanStatus.PENDING) {
      throw new Problem(
              ProblemCode.MEDIA_SCAN_PENDING, "The file has not been scanned for viruses yet.")
          .retryAfter(SCAN_USUALLY_TAKES);
    }
  }

  /// The caller's own entries and those that the tenant shares, newest first: one page of them.
  /// Counts the total up to 10,000.
  public Page<Media> list(Caller caller, PageRequest page) {
    return database.inTransaction(transaction -> {
      List<Media> found =
          MediaListTable.page(
              transaction, caller.tenant(), caller.user(), page.behind(), page.max(), 0);
      return page.page(found, media -> new Cursor(media.createdAt(), media.id().value()))
          .counted(
              MediaListTable.count(transaction, caller.tenant(), caller.user(), Page.MAX_COUNTED));
    });
  }

  /// A numbered page of the same list. Requesting page 1 fixes the list for the key and this page
  /// size, so that uploads do not shift later pages. It stays fixed until the key requests page 1
  /// again, or makes no request for ten minutes.
  ///
  /// @param page counted from 1
  public List<Media> numberedPage(Caller caller, int page, int pageSize) {
    return database.inTransaction(transaction ->
        MediaListTable.page(
            transaction,
            caller.tenant(),
            caller.user(),
            Cursor.atOrBefore(asOf(transaction, caller, page, pageSize)),
            pageSize,
            (page - 1L) * pageSize));
  }

  private Instant asOf(Handle transaction, Caller caller, int page, int pageSize) {
    Instant now = clock.instant();
    if (page > 1) {
      return MediaListTable.pinned(
              transaction, caller.tenant(), caller.key(), pageSize, now.minus(LISTING_KEPT), now)
          .orElse(now);
    }
    MediaListTable.lockForListing(transaction, caller.tenant());
    Instant asOf = clock.instant();
    MediaListTable.forget(transaction, caller.tenant(), asOf.minus(LISTING_KEPT));
    MediaListTable.pin(transaction, caller.tenant(), caller.key(), pageSize, asOf);
    return asOf;
  }

  /// Changes the description or scope of an entry that the caller may see.
  ///
  /// @throws Problem PERMISSION_DENIED unless the caller is its owner or an administrator
  public Media change(Caller caller, MediaId id, UnaryOperator<Media> change) {
    return database.inTransaction(transaction -> {
      MediaTable.lock(transaction, caller.tenant(), id);
      Media media = visible(transaction, caller, id);
      requireOwnership(caller, media);
      Media changed = change.apply(media);
      MediaTable.update(transaction, changed);
      return changed;
    });
  }

  /// Queues new thumbnails and measurements of an entry that the caller may see.
  ///
  /// @throws Problem PERMISSION_DENIED unless the caller is its owner or an administrator
  public Media prepareAgain(Caller caller, MediaId id) {
    return database.inTransaction(transaction -> {
      Media media = visible(transaction, caller, id);
      requireOwnership(caller, media);
      return media.with(preparations.requestAgain(transaction, media.blob()));
    });
  }

  /// Queues new thumbnails of an entry whose stored ones are lost.
  ///
  /// @return false if they have been replaced in the meantime
  boolean thumbnailLost(Media media) {
    return database.inTransaction(transaction -> {
      boolean same =
          MediaTable.find(transaction, media.blob().tenant(), media.id())
              .filter(now -> now.metadata().revision() == media.metadata().revision())
              .isPresent();
      if (same) {
        preparations.requestAgain(transaction, media.blob());
      }
      return same;
    });
  }

  /// Deletes an entry of the caller or, for administrators, any of the tenant. The blob is deleted
  /// with its last entry.
  public void delete(Caller caller, MediaId id) {
    database.useTransaction(transaction -> {
      Media media =
          caller.may(Permission.ADMIN)
              ? MediaTable.find(transaction, caller.tenant(), id)
                  .orElseThrow(MediaLibrary::notFound)
              : visible(transaction, caller, id);
      requireOwnership(caller, media);
      if (!erase(transaction, media)) {
        throw notFound();
      }
      audit.record(
          transaction,
          caller,
          AuditAction.MEDIA_DELETE,
          media.id().toString(),
          media.auditDetails());
    });
  }

  /// Deletes the entry and releases its blob; returns false if it was already deleted.
  private boolean erase(Handle transaction, Media media) {
    if (!MediaTable.delete(transaction, media.blob().tenant(), media.id())) {
      return false;
    }
    blobs.release(transaction, media.blob());
    return true;
  }

  /// Like [#find], within a transaction.
  public Media visible(Handle transaction, Caller caller, MediaId id) {
    return MediaTable.find(transaction, caller.tenant(), id)
        .filter(media ->
            media.tenantScope()
                || media.owner().equals(caller.user())
                || rooms.isShown(transaction, caller.tenant(), caller.user(), id))
        .orElseThrow(MediaLibrary::notFound);
  }

  /// The tenant's entry with this id, without checking who may see it.
  public Optional<Media> stored(Handle transaction, TenantId tenant, MediaId id) {
    return MediaTable.find(transaction, tenant, id);
  }

  private static void requireOwnership(Caller caller, Media media) {
    if (!media.owner().equals(caller.user()) && !caller.may(Permission.ADMIN)) {
      throw new Problem(
          ProblemCode.PERMISSION_DENIED, "Only its owner or an administrator may do this.");
    }
  }

  private static Problem notFound() {
    return new Problem(ProblemCode.MEDIA_NOT_FOUND, "There is no such media.");
  }
}
