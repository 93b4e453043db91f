package parley.storage;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.tenants.TenantId;

/// The folder for files that are being received, until they are stored.
///
/// File names are a write-ahead log. An unfinished file is called `{random}.part`. A blob that is
/// not settled between the store and the database has a marker, `{tenant}.{sha256}.{random}`. After
/// a crash, the next start only has to read this folder. A blob whose deletion is held up, by a
/// backup or because the store is away, is marked as `{tenant}.{sha256}.held`.
public final class Spool {
  private static final Logger LOG = LoggerFactory.getLogger(Spool.class);
  private static final Pattern MARKER =
      Pattern.compile("([0-9a-f-]{36})\\.([0-9a-f]{64})\\.([0-9a-f-]{36}|held)");

  private final Path folder;

  /// @param folder used by one process at a time
  public Spool(Path folder) {
    this.folder = folder;
  }

  /// Creates the folder. Call this once, before anything else.
  public void start() throws IOException {
    Files.createDirectories(folder);
  }

  /// Creates an empty file; the caller closes it, which removes it.
  public SpoolFile receive() throws IOException {
    return SpoolFile.open(folder.resolve(UUID.randomUUID() + ".part"));
  }

  /// Marks the blob as not settled; the caller deletes the marker once it is.
  Path createMarker(BlobKey key) throws IOException {
    return Files.createFile(markerPath(key));
  }

  /// Marks the blob as one to delete once that is possible.
  void markHeld(BlobKey key) throws IOException {
    try {
      Files.createFile(folder.resolve(key.tenant() + "." + key.sha256() + ".held"));
    } catch (FileAlreadyExistsException marked) {
      // By an earlier deletion of the same blob.
    }
  }

  /// Retries the held deletions, removes the markers of those that were carried out, and returns
  /// whether all were.
  boolean retryHeld(HeldDeletions.Deletion deletion) throws IOException {
    boolean all = true;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.held")) {
      for (Path file : files) {
        Optional<BlobKey> key = keyOf(file);
        all &= key.isPresent() && retry(key.get(), file, deletion);
      }
    }
    return all;
  }

  /// Keeps another marker meanwhile, so that a deletion that is held up during the attempt is
  /// marked anew and not forgotten with this one.
  private boolean retry(BlobKey key, Path held, HeldDeletions.Deletion deletion)
      throws IOException {
    Path marker = Files.move(held, markerPath(key), StandardCopyOption.ATOMIC_MOVE);
    boolean done = false;
    try {
      done = deletion.run(key);
    } finally {
      if (!done) {
        markHeld(key);
      }
      Files.delete(marker);
    }
    return done;
  }

  Path markerPath(BlobKey key) {
    return folder.resolve(key.tenant() + "." + key.sha256() + "." + UUID.randomUUID());
  }

  /// Removes unfinished files that a crash left behind, and returns the blobs with markers. Call
  /// this before the first [#receive()].
  Set<BlobKey> recover() throws IOException {
    Set<BlobKey> keys = new HashSet<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        Optional<BlobKey> key = keyOf(file);
        if (key.isPresent()) {
          keys.add(key.get());
        } else {
          LOG.info("removing {}, an upload that never ended", file.getFileName());
          Files.deleteIfExists(file);
        }
      }
    }
    return keys;
  }

  /// Removes the blob's markers. Like [#recover()], call this before the first [#receive()].
  void deleteMarkers(BlobKey key) throws IOException {
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(folder, key.tenant() + "." + key.sha256() + ".*")) {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static Optional<BlobKey> keyOf(Path file) {
    Matcher name = MARKER.matcher(file.getFileName().toString());
    return name.matches()
        ? Optional.of(
            new BlobKey(new TenantId(UUID.fromString(name.group(1))), new Sha256(name.group(2))))
        : Optional.empty();
  }
}
