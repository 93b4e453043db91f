package parley.media;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import parley.audit.AuditAction;
import parley.audit.AuditTrail;
import parley.auth.Caller;
import parley.auth.Permission;
import parley.db.Database;
import parley.paging.Cursor;
import parley.paging.Page;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.storage.Blobs;
import parley.tenants.TenantId;

/// Finding, listing, changing and deleting media. [MediaUploads] adds them.
public final class MediaLibrary {
  /// How long a numbered listing that nobody goes on with stays as it was.
  private static final Duration LISTING_KEPT = Duration.ofMinutes(10);

  private static final Duration SCAN_USUALLY_TAKES = Duration.ofSeconds(5);

  private final Database database;
  private final MediaTable table = new MediaTable();
  private final MediaListTable lists = new MediaListTable();
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

  /// The entry if the caller may see it; otherwise MEDIA_NOT_FOUND, as if it did not exist.
  public Media find(Caller caller, MediaId id) {
    return database.inTransaction(transaction -> visible(transaction, caller, id));
  }

  /// As [#readable], by an id as a caller wrote it.
  public Media named(Caller caller, String id) {
    return readable(caller, MediaId.parse(id).orElseThrow(MediaLibrary::notFound));
  }

  /// As [#find], for reading the bytes: MEDIA_SCAN_PENDING until they have been scanned, unless the
  /// caller uploaded them.
  public Media readable(Caller caller, MediaId id) {
    Media media = find(caller, id);
    if (!media.owner().equals(caller.user())) {
      requireScanned(media);
    }
    return media;
  }

  /// As [#find], for issuing a link to it, which is recorded in the audit trail.
  public Media signing(Caller caller, MediaId id) {
    return database.inTransaction(transaction -> {
      Media media = visible(transaction, caller, id);
      audit.record(transaction, caller, AuditAction.MEDIA_SIGN, media.id().toString(), Map.of());
      return media;
    });
  }

  /// The entry that a verified link opens. Links get passed on, so nobody who follows one is taken
  /// for the uploader.
  public Media linked(TenantId tenant, MediaId id) {
    Media media =
        database.inTransaction(
            transaction -> table.find(transaction, tenant, id).orElseThrow(MediaLibrary::notFound));
    requireScanned(media);
    return media;
  }

  /// Throws MEDIA_SCAN_PENDING when the bytes have yet to be scanned.
  static void requireScanned(Media media) {
    if (media.scanStatus() == ScanStatus.PENDING) {
      throw new Problem(
              ProblemCode.MEDIA_SCAN_PENDING, "The file has not been scanned for viruses yet.")
          .retryAfter(SCAN_USUALLY_TAKES);
    }
  }

  /// What the caller owns and what its tenant shares, newest first: at most `limit` entries behind
  /// the cursor. The total is told up to 10,000.
  public Page<Media> list(Caller caller, @Nullable Cursor after, int limit) {
    return database.inTransaction(transaction -> {
      List<Media> found =
          lists.page(
              transaction,
              caller.tenant(),
              caller.user(),
              after == null ? Cursor.START : after,
              limit + 1,
              0);
      return Page.of(found, limit, media -> new Cursor(media.createdAt(), media.id().value()))
          .counted(lists.count(transaction, caller.tenant(), caller.user(), Page.MAX_COUNTED));
    });
  }

  /// A numbered page of the same list. What is uploaded after a key asked for page 1 is on none of
  /// its later pages, so that the numbers do not shift under it: the first page fixes the list for
  /// the key and this size, until it asks for page 1 again or does not ask for ten minutes.
  ///
  /// @param page counts from 1
  public List<Media> numberedPage(Caller caller, int page, int pageSize) {
    return database.inTransaction(transaction ->
        lists.page(
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
      return lists
          .pinned(
              transaction, caller.tenant(), caller.key(), pageSize, now.minus(LISTING_KEPT), now)
          .orElse(now);
    }
    lists.lockForListing(transaction, caller.tenant());
    Instant asOf = clock.instant();
    lists.pin(transaction, caller.tenant(), caller.key(), pageSize, asOf);
    return asOf;
  }

  /// Changes the description or the scope of an entry of the caller's, or of one that the caller
  /// sees and administers; PERMISSION_DENIED for others that the caller only sees.
  public Media change(Caller caller, MediaId id, UnaryOperator<Media> change) {
    return database.inTransaction(transaction -> {
      Media media = visible(transaction, caller, id);
      requireOwnership(caller, media);
      Media changed = change.apply(media);
      table.update(transaction, changed);
      return changed;
    });
  }

  /// Orders a new thumbnail and new measurements for an entry of the caller's, or for an
  /// administrator of any entry that the caller sees.
  public Media prepareAgain(Caller caller, MediaId id) {
    return database.inTransaction(transaction -> {
      Media media = visible(transaction, caller, id);
      requireOwnership(caller, media);
      return media.with(preparations.requestAgain(transaction, media.blob()));
    });
  }

  /// As [#prepareAgain], for an entry whose stored thumbnail turned out to be lost.
  ///
  /// @return false if it has been replaced since
  boolean thumbnailLost(Media media) {
    return database.inTransaction(transaction -> {
      boolean same =
          table
              .find(transaction, media.blob().tenant(), media.id())
              .filter(now -> now.metadata().revision() == media.metadata().revision())
              .isPresent();
      if (same) {
        preparations.requestAgain(transaction, media.blob());
      }
      return same;
    });
  }

  /// Deletes an entry of the caller's, or for an administrator any of the tenant. The bytes go with
  /// the last entry that shows them.
  public void delete(Caller caller, MediaId id) {
    database.useTransaction(transaction -> {
      Media media =
          caller.may(Permission.ADMIN)
              ? table.find(transaction, caller.tenant(), id).orElseThrow(MediaLibrary::notFound)
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

  /// Removes the entry and its use of the bytes; false when somebody else was faster.
  private boolean erase(Handle transaction, Media media) {
    if (!table.delete(transaction, media.blob().tenant(), media.id())) {
      return false;
    }
    blobs.release(transaction, media.blob());
    return true;
  }

  /// As [#find], within a transaction.
  public Media visible(Handle transaction, Caller caller, MediaId id) {
    return table
        .find(transaction, caller.tenant(), id)
        .filter(media ->
            media.tenantScope()
                || media.owner().equals(caller.user())
                || rooms.isShown(transaction, caller.tenant(), caller.user(), id))
        .orElseThrow(MediaLibrary::notFound);
  }

  /// The tenant's entry with this id, for callers that have checked that it may be seen.
  public Optional<Media> stored(Handle transaction, TenantId tenant, MediaId id) {
    return table.find(transaction, tenant, id);
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
