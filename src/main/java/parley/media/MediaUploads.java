package parley.media;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import parley.audit.AuditAction;
import parley.audit.AuditTrail;
import parley.auth.Caller;
import parley.db.Database;
import parley.media.MediaInspector.Inspection;
import parley.media.pictures.Thumbnail;
import parley.media.types.MediaType;
import parley.media.types.MediaTypeDetector;
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
  private final MediaInspector inspector;
  private final MediaScans scans;
  private final MediaRooms rooms;
  private final AuditTrail audit;
  private final Clock clock;

  public MediaUploads(
      Database database,
      Blobs blobs,
      MediaInspector inspector,
      MediaScans scans,
      MediaRooms rooms,
      AuditTrail audit,
      Clock clock) {
    this.database = database;
    this.blobs = blobs;
    this.inspector = inspector;
    this.scans = scans;
    this.rooms = rooms;
    this.audit = audit;
    this.clock = clock;
  }

  /// What an upload says besides its bytes.
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

  /// Stores a received file. The same bytes twice in a tenant are stored once. A room that the
  /// caller is not a member of is refused, as [MediaRooms#requireMember] tells.
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
  /// to them. The same bytes twice in a tenant are stored once.
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

  private Media store(
      TenantId tenant,
      UserId owner,
      SpoolFile file,
      Upload upload,
      BiConsumer<Handle, Media> record)
      throws IOException {
    BlobKey content = new BlobKey(tenant, file.seal());
    MediaType type =
        MediaTypeDetector.detect(file.head(MediaTypeDetector.HEAD_BYTES), upload.fileName());
    if (!upload.accepted().test(type)) {
      throw new Problem(
              ProblemCode.UNSUPPORTED_MEDIA_TYPE, "Files of the type " + type + " are not taken.")
          .at("file");
    }
    Inspection inspection = known(content) ? null : inspector.inspect(file.path(), type);
    while (true) {
      try {
        return store(owner, file, content, type, upload, inspection, record);
      } catch (NobodyKnows othersGone) {
        inspection = inspector.inspect(file.path(), type);
      }
    }
  }

  private Media store(
      UserId owner,
      SpoolFile file,
      BlobKey content,
      MediaType type,
      Upload upload,
      @Nullable Inspection inspection,
      BiConsumer<Handle, Media> record)
      throws IOException {
    try (SpoolFile thumbnails = spooled(inspection)) {
      return blobs.keep(
          content.tenant(),
          owner,
          file,
          type.value(),
          transaction -> {
            ScanStatus scan = scans.request(transaction, content);
            MediaFacts facts = facts(transaction, content, inspection, thumbnails);
            Media media =
                entry(transaction, owner, content, file.size(), type, upload, facts, scan);
            table.insert(transaction, media);
            record.accept(transaction, media);
            return media;
          });
    }
  }

  /// The entries that knew the content went before it was stored once more, and their thumbnails
  /// may have gone with them: it has to be looked into after all.
  private static final class NobodyKnows extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NobodyKnows() {
      super(null, null, false, false);
    }
  }

  /// Makes an entry, private to its owner, of a content that something else uses until then; within
  /// that transaction. What its bytes would tell beyond their type is not looked for.
  public void adopt(
      Handle transaction, MediaId id, BlobKey content, UserId owner, String fileName) {
    blobs.use(transaction, content);
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
            MediaTypeDetector.detect(head(content), fileName),
            table.showing(transaction, content).map(Media::facts).orElse(MediaFacts.NONE),
            null,
            false,
            scans.request(transaction, content),
            clock.instant(),
            null));
  }

  private byte[] head(BlobKey content) {
    try (InputStream in = blobs.store().read(content, 0, MediaTypeDetector.HEAD_BYTES)) {
      return in.readNBytes(MediaTypeDetector.HEAD_BYTES);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Whether an entry tells what there is to know of the content. Refuses at once what is known to
  /// be infected.
  private boolean known(BlobKey content) {
    return database.inTransaction(transaction -> {
      scans.refuseInfected(transaction, content);
      return factsOfOthers(transaction, content).isPresent();
    });
  }

  /// Empty also when others show the content and know nothing of it: nobody may have looked.
  private Optional<MediaFacts> factsOfOthers(Handle transaction, BlobKey content) {
    return table
        .showing(transaction, content)
        .map(Media::facts)
        .filter(facts -> !facts.equals(MediaFacts.NONE));
  }

  private @Nullable SpoolFile spooled(@Nullable Inspection inspection) throws IOException {
    if (inspection == null || inspection.thumbnails().isEmpty()) {
      return null;
    }
    SpoolFile file = blobs.receive();
    try {
      for (Thumbnail thumbnail : inspection.thumbnails()) {
        file.write(thumbnail.content(), 0, thumbnail.content().length);
      }
      return file;
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  /// What another entry knows of the content or else what was found, with the thumbnails stored.
  /// Under the content's lock, so that the facts and the stored thumbnails are of one making.
  private MediaFacts facts(
      Handle transaction,
      BlobKey content,
      @Nullable Inspection inspection,
      @Nullable SpoolFile thumbnails) {
    Optional<MediaFacts> others = factsOfOthers(transaction, content);
    if (others.isPresent()) {
      return others.get();
    }
    if (inspection == null) {
      throw new NobodyKnows();
    }
    if (thumbnails != null) {
      try {
        blobs.putThumbnails(content, thumbnails);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    table.learn(transaction, content, inspection.facts());
    return inspection.facts();
  }

  private Media entry(
      Handle transaction,
      UserId owner,
      BlobKey content,
      long size,
      MediaType type,
      Upload upload,
      MediaFacts facts,
      ScanStatus scan) {
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
        type,
        facts,
        upload.description(),
        upload.tenantScope(),
        scan,
        now,
        days == null ? null : now.plus(Duration.ofDays(days)));
  }
}
