package parley.media;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.apache.commons.io.function.Uncheck;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import parley.audit.AuditAction;
import parley.audit.AuditTrail;
import parley.auth.Caller;
import parley.db.Database;
import parley.media.bytes.FileBytes;
import parley.media.types.MediaType;
import parley.media.types.MediaTypeDetector;
import parley.media.types.TextCharset;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.storage.BlobKey;
import parley.storage.Blobs;
import parley.storage.SpoolFile;
import parley.tenants.RoomId;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// Turns received files into media entries.
public final class MediaUploads {
  private final Database database;
  private final Blobs blobs;
  private final Preparations preparations;
  private final MediaScans scans;
  private final MediaRooms rooms;
  private final AuditTrail audit;
  private final Clock clock;

  public MediaUploads(
      Database database,
      Blobs blobs,
      Preparations preparations,
      MediaScans scans,
      MediaRooms rooms,
      AuditTrail audit,
      Clock clock) {
    this.database = database;
    this.blobs = blobs;
    this.preparations = preparations;
    this.scans = scans;
    this.rooms = rooms;
    this.audit = audit;
    this.clock = clock;
  }

  /// The fields of an upload.
  ///
  /// @param fileName cleaned, never empty
  /// @param retentionDays after how many days it is deleted; null for the tenant's retention
  /// @param appUser the name of the app's own user, if any
  /// @param room the room to add it to, if any
  /// @param accepted the accepted types; others are refused with UNSUPPORTED_MEDIA_TYPE
  public record Upload(
      String fileName,
      boolean tenantScope,
      @Nullable String description,
      @Nullable Integer retentionDays,
      @Nullable String appUser,
      @Nullable RoomId room,
      Predicate<MediaType> accepted) {
    static Upload named(String fileName) {
      return new Upload(fileName, false, null, null, null, null, type -> true);
    }
  }

  /// Stores a received file as an entry. Identical files of a tenant share a blob. Metadata that
  /// needs a decoder is determined afterwards ([#prepared]).
  ///
  /// @throws Problem as [MediaRooms#requireMember] if the caller is not a member of the room
  public Media store(Caller caller, SpoolFile file, Upload upload) throws IOException {
    RoomId room = upload.room();
    if (room != null) {
      // Fails early; checked again when the entry is added.
      rooms.requireMember(caller, room);
    }
    return store(
        caller.tenant(),
        caller.user(),
        file,
        upload,
        MediaInspector::glance,
        (transaction, media) -> {
          if (room != null) {
            rooms.attach(transaction, caller, room, media.id());
          }
          audit.record(
              transaction,
              caller,
              AuditAction.MEDIA_UPLOAD,
              media.id().toString(),
              media.auditDetails());
        });
  }

  /// Stores a file that the server itself created as a private entry of a user. Identical files of
  /// a tenant share a blob. The file is measured immediately.
  ///
  /// @param record runs in the transaction that adds the entry, which is rolled back if it throws
  public Media storeFor(
      TenantId tenant,
      UserId owner,
      SpoolFile file,
      String fileName,
      BiConsumer<Handle, Media> record)
      throws IOException {
    Upload upload = Upload.named(fileName);
    return store(
        tenant,
        owner,
        file,
        upload,
        preparations::measure,
        (transaction, media) -> {
          record.accept(transaction, media);
          audit.recordOwn(
              transaction,
              tenant,
              AuditAction.MEDIA_UPLOAD,
              media.id().toString(),
              media.auditDetails());
        });
  }

  /// Waits until the entry is prepared, but not longer than the response to an upload may take, and
  /// returns it with the metadata so far.
  public Media prepared(Media media) {
    return media.with(preparations.await(media.blob(), media.metadata()));
  }

  private Media store(
      TenantId tenant,
      UserId owner,
      SpoolFile file,
      Upload upload,
      Measure measure,
      BiConsumer<Handle, Media> record)
      throws IOException {
    BlobKey blob = new BlobKey(tenant, file.seal());
    MediaType type = MediaTypeDetector.detect(FileBytes.of(file.path()), upload.fileName());
    if (!upload.accepted().test(type)) {
      throw new Problem(
              ProblemCode.UNSUPPORTED_MEDIA_TYPE, "Files of type " + type + " are not accepted.")
          .at("file");
    }
    database.useTransaction(transaction -> scans.refuseInfected(transaction, blob));
    MediaMetadata measured = measure.of(file.path(), type);
    String charset = TextCharset.of(file.path(), type);
    return blobs.keep(
        tenant,
        owner,
        file,
        type.value(),
        transaction -> {
          ScanStatus scanStatus = scans.request(transaction, blob);
          MediaMetadata metadata = preparations.request(transaction, blob, type, measured);
          MediaListTable.lockForAdding(transaction, tenant);
          Instant now = clock.instant();
          String appUser = upload.appUser();
          Integer days = upload.retentionDays();
          Media media =
              new Media(
                  MediaId.random(),
                  blob,
                  owner,
                  appUser == null ? null : MediaTable.appUser(transaction, tenant, appUser, now),
                  upload.fileName(),
                  file.size(),
                  type,
                  charset,
                  metadata,
                  upload.description(),
                  upload.tenantScope(),
                  scanStatus,
                  now,
                  days == null ? null : now.plus(Duration.ofDays(days)));
          MediaTable.insert(transaction, media);
          record.accept(transaction, media);
          return media;
        });
  }

  /// Adds a private entry for a blob that is already referenced, within the transaction.
  public void adopt(Handle transaction, MediaId id, BlobKey blob, UserId owner, String fileName) {
    blobs.lock(transaction, blob);
    blobs.addReference(transaction, blob);
    MediaType type = type(transaction, blob, fileName);
    MediaMetadata unknown = MediaMetadata.measured(null, null, null);
    MediaListTable.lockForAdding(transaction, blob.tenant());
    MediaTable.insert(
        transaction,
        new Media(
            id,
            blob,
            owner,
            null,
            fileName,
            0, // the row refers to the blob, which has the size
            type,
            null, // only audio and video are adopted
            preparations.request(transaction, blob, type, unknown),
            null,
            false,
            scans.request(transaction, blob),
            clock.instant(),
            null));
  }

  private MediaType type(Handle transaction, BlobKey blob, String fileName) {
    long size = blobs.size(transaction, blob).orElseThrow();
    FileBytes stored =
        (offset, length) -> {
          int left = Math.clamp(size - offset, 0, length);
          try (InputStream in = blobs.store().read(blob, offset, left)) {
            return in.readNBytes(left);
          }
        };
    return Uncheck.get(() -> MediaTypeDetector.detect(stored, fileName));
  }

  /// Measures a file before it is stored.
  @FunctionalInterface
  private interface Measure {
    MediaMetadata of(Path file, MediaType type) throws IOException;
  }
}
