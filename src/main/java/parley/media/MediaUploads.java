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

/// Turning received files into media.
public final class MediaUploads {
  private final Database database;
  private final MediaTable table = new MediaTable();
  private final MediaListTable lists = new MediaListTable();
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

  /// The metadata of an upload.
  ///
  /// @param fileName cleaned, never empty
  /// @param retentionDays after how many days it goes, or null to leave that to the tenant
  /// @param appUser the name of the app's own user, if the app tells one
  /// @param room the room whose file it becomes, if any
  /// @param accepted the types that are stored; others are refused with UNSUPPORTED_MEDIA_TYPE
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

  /// Stores a received file. The same bytes twice in a tenant are stored once. What takes a decoder
  /// is found out afterwards ([#prepared]). A room that the caller is not a member of is refused,
  /// as [MediaRooms#requireMember] tells.
  public Media store(Caller caller, SpoolFile file, Upload upload) throws IOException {
    RoomId room = upload.room();
    if (room != null) {
      // Before the file is looked into; what counts is asked again when the entry is added.
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

  /// Stores a file that came about in this server's care as an entry of one of its users, private
  /// to them. The same bytes twice in a tenant are stored once. What it measures is found out at
  /// once.
  ///
  /// @param record called in the transaction that adds the entry, which is undone when it throws
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

  /// The entry with what is known of its content: waits until that is all, but no longer than the
  /// time that an upload's answer may take for it.
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
              ProblemCode.UNSUPPORTED_MEDIA_TYPE, "Files of the type " + type + " are not taken.")
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
          lists.lockForAdding(transaction, tenant);
          Instant now = clock.instant();
          String appUser = upload.appUser();
          Integer days = upload.retentionDays();
          Media media =
              new Media(
                  MediaId.random(),
                  blob,
                  owner,
                  appUser == null ? null : table.appUser(transaction, tenant, appUser, now),
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
          table.insert(transaction, media);
          record.accept(transaction, media);
          return media;
        });
  }

  /// Makes an entry, private to its owner, of a content that something else uses until then; within
  /// that transaction.
  public void adopt(
      Handle transaction, MediaId id, BlobKey blob, UserId owner, String fileName) {
    blobs.addReference(transaction, blob);
    MediaType type = type(transaction, blob, fileName);
    MediaMetadata unknown = MediaMetadata.measured(null, null, null);
    lists.lockForAdding(transaction, blob.tenant());
    table.insert(
        transaction,
        new Media(
            id,
            blob,
            owner,
            null,
            fileName,
            0, // The blob's own, to which the row refers.
            type,
            null, // No text can be transcribed.
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

  /// What is found out of a file before it is stored.
  @FunctionalInterface
  private interface Measure {
    MediaMetadata of(Path file, MediaType type) throws IOException;
  }
}
