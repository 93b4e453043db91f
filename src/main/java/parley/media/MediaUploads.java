package parley.media;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
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
  private final Duration patience;

  /// @param patience how long an upload's answer may wait for what takes a decoder
  public MediaUploads(
      Database database,
      Blobs blobs,
      Preparations preparations,
      MediaScans scans,
      MediaRooms rooms,
      AuditTrail audit,
      Clock clock,
      Duration patience) {
    this.database = database;
    this.blobs = blobs;
    this.preparations = preparations;
    this.scans = scans;
    this.rooms = rooms;
    this.audit = audit;
    this.clock = clock;
    this.patience = patience;
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
      Predicate<MediaType> accepted) {}

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
              Map.of("sha256", media.content().sha256().hex(), "filename", media.fileName()));
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
    Upload upload = new Upload(fileName, false, null, null, null, null, type -> true);
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
              Map.of("sha256", media.content().sha256().hex(), "filename", media.fileName()));
        });
  }

  /// The entry with what is known of its content: waits until that is all, but no longer than the
  /// time that an upload's answer may take for it.
  public Media prepared(Media media) {
    return media.with(preparations.await(media.content(), media.facts(), patience));
  }

  private Media store(
      TenantId tenant,
      UserId owner,
      SpoolFile file,
      Upload upload,
      Measure measure,
      BiConsumer<Handle, Media> record)
      throws IOException {
    BlobKey content = new BlobKey(tenant, file.seal());
    MediaType type = MediaTypeDetector.detect(FileBytes.of(file.path()), upload.fileName());
    if (!upload.accepted().test(type)) {
      throw new Problem(
              ProblemCode.UNSUPPORTED_MEDIA_TYPE, "Files of the type " + type + " are not taken.")
          .at("file");
    }
    database.useTransaction(transaction -> scans.refuseInfected(transaction, content));
    MediaFacts measured = measure.of(file.path(), type);
    String charset = TextCharset.of(file.path(), type);
    return blobs.keep(
        content.tenant(),
        owner,
        file,
        type.value(),
        transaction -> {
          ScanStatus scan = scans.request(transaction, content);
          MediaFacts facts = preparations.request(transaction, content, type, measured);
          Media media =
              entry(
                  transaction,
                  owner,
                  content,
                  file.size(),
                  new Described(type, charset, facts, scan),
                  upload);
          table.insert(transaction, media);
          record.accept(transaction, media);
          return media;
        });
  }

  /// Makes an entry, private to its owner, of a content that something else uses until then; within
  /// that transaction.
  public void adopt(
      Handle transaction, MediaId id, BlobKey content, UserId owner, String fileName) {
    blobs.addReference(transaction, content);
    MediaType type = type(transaction, content, fileName);
    MediaFacts unknown = MediaFacts.measured(null, null, null);
    lists.lockForAdding(transaction, content.tenant());
    table.insert(
        transaction,
        new Media(
            id,
            content,
            owner,
            null,
            fileName,
            0, // The content's own, to which the row refers.
            type,
            null, // No text can be transcribed.
            preparations.request(transaction, content, type, unknown),
            null,
            false,
            scans.request(transaction, content),
            clock.instant(),
            null));
  }

  private MediaType type(Handle transaction, BlobKey content, String fileName) {
    long size = blobs.size(transaction, content).orElseThrow();
    FileBytes stored =
        (offset, length) -> {
          int left = Math.clamp(size - offset, 0, length);
          try (InputStream in = blobs.store().read(content, offset, left)) {
            return in.readNBytes(left);
          }
        };
    try {
      return MediaTypeDetector.detect(stored, fileName);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// What is found out of a file before it is stored.
  @FunctionalInterface
  private interface Measure {
    MediaFacts of(Path file, MediaType type) throws IOException;
  }

  /// What was found out of a content by the time it is stored.
  private record Described(
      MediaType type, @Nullable String charset, MediaFacts facts, ScanStatus scan) {}

  private Media entry(
      Handle transaction,
      UserId owner,
      BlobKey content,
      long size,
      Described found,
      Upload upload) {
    lists.lockForAdding(transaction, content.tenant());
    Instant now = clock.instant();
    Integer days = upload.retentionDays();
    String appUser = upload.appUser();
    return new Media(
        MediaId.random(),
        content,
        owner,
        appUser == null ? null : table.appUser(transaction, content.tenant(), appUser, now),
        upload.fileName(),
        size,
        found.type,
        found.charset,
        found.facts,
        upload.description(),
        upload.tenantScope(),
        found.scan,
        now,
        days == null ? null : now.plus(Duration.ofDays(days)));
  }
}
