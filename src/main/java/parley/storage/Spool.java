package parley.storage;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.tenants.TenantId;

/// The folder where arriving bytes wait until they are stored.
///
/// Its file names are a write-ahead record: an unfinished file is `{random}.part`, and as long as a
/// content's fate is open between the store and the database, a file `{tenant}.{sha256}.{random}`
/// stands here. So what a crash left is found by reading this one folder at the next start. A
/// content whose deletion is held is noted as `{tenant}.{sha256}.held`.
public final class Spool {
  private static final Logger LOG = LoggerFactory.getLogger(Spool.class);
  private static final Pattern OPEN_FATE =
      Pattern.compile("([0-9a-f-]{36})\\.([0-9a-f]{64})\\.([0-9a-f-]{36}|held)");

  private final Path folder;

  /// One process at a time may use the folder.
  public Spool(Path folder) {
    this.folder = folder;
  }

  /// Makes the folder. To be called once, before anything else.
  public void start() throws IOException {
    Files.createDirectories(folder);
  }

  /// A new, empty file to receive bytes; the caller closes it, which removes it.
  public SpoolFile receive() throws IOException {
    return SpoolFile.open(folder.resolve(UUID.randomUUID() + ".part"));
  }

  /// Notes that the content's fate is open; to be deleted once it is settled.
  Path note(BlobKey key) throws IOException {
    return Files.createFile(openFate(key));
  }

  /// Notes that the content is to be deleted once deletions are no longer held.
  void noteHeld(BlobKey key) throws IOException {
    try {
      Files.createFile(folder.resolve(key.tenant() + "." + key.sha256() + ".held"));
    } catch (FileAlreadyExistsException noted) {
      // By an earlier deletion of the same content.
    }
  }

  /// Retries each deletion that was held, removes the notes of those that were carried out, and
  /// answers whether all were.
  boolean retryHeld(HeldDeletions.Deletion deletion) throws IOException {
    boolean all = true;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.held")) {
      for (Path file : files) {
        Optional<BlobKey> key = keyOf(file);
        if (key.isPresent() && deletion.run(key.get())) {
          Files.deleteIfExists(file);
        } else {
          all = false;
        }
      }
    }
    return all;
  }

  Path openFate(BlobKey key) {
    return folder.resolve(key.tenant() + "." + key.sha256() + "." + UUID.randomUUID());
  }

  /// Removes what a crash left: unfinished files at once, and returns the contents whose fate was
  /// open. Only to be called before the first [#receive()].
  Set<BlobKey> leftovers() throws IOException {
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

  /// Removes all notes that a crash left about the content; with the same condition as
  /// [#leftovers()].
  void settle(BlobKey key) throws IOException {
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(folder, key.tenant() + "." + key.sha256() + ".*")) {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static Optional<BlobKey> keyOf(Path file) {
    Matcher name = OPEN_FATE.matcher(file.getFileName().toString());
    return name.matches()
        ? Optional.of(
            new BlobKey(new TenantId(UUID.fromString(name.group(1))), new Sha256(name.group(2))))
        : Optional.empty();
  }
}
