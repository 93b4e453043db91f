package parley.media;

import java.io.IOException;
import java.time.Clock;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import parley.auth.Caller;
import parley.db.Database;
import parley.media.types.MediaType;
import parley.media.types.MediaTypeDetector;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.storage.BlobKey;
import parley.storage.Blobs;
import parley.storage.SpoolFile;
import parley.tenants.UserId;

/// Storing, describing and handing out media.
public final class MediaLibrary {
  private final Database database;
  private final MediaTable table = new MediaTable();
  private final Blobs blobs;
  private final Clock clock;

  public MediaLibrary(Database database, Blobs blobs, Clock clock) {
    this.database = database;
    this.blobs = blobs;
    this.clock = clock;
  }

  /// What an upload says besides its bytes.
  ///
  /// @param fileName cleaned, never empty
  public record Upload(String fileName, boolean tenantScope, @Nullable String description) {}

  /// Stores a received file. The same bytes twice in a tenant are stored once.
  public Media store(Caller caller, SpoolFile file, Upload upload) throws IOException {
    MediaType type =
        MediaTypeDetector.detect(file.head(MediaTypeDetector.HEAD_BYTES), upload.fileName());
    Media media =
        new Media(
            MediaId.random(),
            new BlobKey(caller.tenant(), file.seal()),
            caller.user(),
            upload.fileName(),
            file.size(),
            type,
            upload.description(),
            upload.tenantScope(),
            clock.instant());
    return blobs.keep(
        caller.tenant(),
        file,
        type.value(),
        transaction -> {
          table.insert(transaction, media);
          return media;
        });
  }

  /// Makes an entry, private to its owner, of a content that something else uses until then; within
  /// that transaction.
  public void adopt(
      Handle transaction, MediaId id, BlobKey content, UserId owner, String fileName) {
    blobs.use(transaction, content);
    table.insert(
        transaction,
        // Size and type are the content's own, which this row refers to.
        new Media(
            id, content, owner, fileName, 0, MediaType.UNKNOWN, null, false, clock.instant()));
  }

  /// The entry, when the caller may read it; else MEDIA_NOT_FOUND, as if it did not exist.
  public Media find(Caller caller, MediaId id) {
    return database.inTransaction(transaction ->
        table
            .find(transaction, caller.tenant(), id)
            .filter(media -> media.tenantScope() || media.owner().equals(caller.user()))
            .orElseThrow(
                () -> new Problem(ProblemCode.MEDIA_NOT_FOUND, "There is no such media.")));
  }

  /// As [#find], by what a caller wrote as an id.
  public Media named(Caller caller, String id) {
    return find(
        caller,
        MediaId.parse(id)
            .orElseThrow(
                () -> new Problem(ProblemCode.MEDIA_NOT_FOUND, "There is no such media.")));
  }
}
