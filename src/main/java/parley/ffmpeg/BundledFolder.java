package parley.ffmpeg;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;

/// Bundled files that are unpacked into one folder.
///
/// @param name the prefix of the folder's name
record BundledFolder(String name, List<BundledFile> files) {
  private static final Duration ABANDONED = Duration.ofHours(1);
  private static final String UNPACKING = ".unpacking-";

  private static final Set<PosixFilePermission> FOR_EVERY_USER =
      PosixFilePermissions.fromString("rwxr-xr-x");

  /// Unpacks the files into a folder under `cacheFolder` that every user can read, unless they are
  /// already there and complete. Safe for several processes at once: each unpacks into a temporary
  /// folder, and the first rename wins.
  ///
  /// @throws IOException when the cache folder cannot be written
  Path unpacked(Path cacheFolder) throws IOException {
    Path folder = cacheFolder.resolve(name + "-" + fingerprint()).toAbsolutePath();
    if (!isWhole(folder)) {
      unpack(folder);
    }
    if (!FOR_EVERY_USER.equals(Files.getPosixFilePermissions(folder))) {
      Files.setPosixFilePermissions(folder, FOR_EVERY_USER);
    }
    return folder;
  }

  /// Each build of the files gets its own folder, so that an upgrade never mixes libraries.
  private String fingerprint() {
    long mixed = 17;
    for (BundledFile file : files) {
      mixed = mixed * 31 + file.checksum();
    }
    return Long.toHexString(mixed);
  }

  private boolean isWhole(Path folder) throws IOException {
    for (BundledFile file : files) {
      Path unpacked = folder.resolve(file.name());
      if (!Files.isExecutable(unpacked) || Files.size(unpacked) != file.size()) {
        return false;
      }
    }
    return true;
  }

  private void unpack(Path folder) throws IOException {
    Path parent = Files.createDirectories(folder.resolveSibling(""));
    removeAbandoned(parent);
    Path aside = Files.createTempDirectory(parent, UNPACKING);
    try {
      for (BundledFile file : files) {
        Path unpacked = aside.resolve(file.name());
        try (InputStream content = file.content().open()) {
          Files.copy(content, unpacked);
        }
        Files.setPosixFilePermissions(unpacked, FOR_EVERY_USER);
      }
      if (Files.exists(folder)) {
        // The folder is damaged, or another process finished first.
        if (isWhole(folder)) {
          return;
        }
        FileUtils.deleteDirectory(folder.toFile());
      }
      rename(aside, folder);
    } finally {
      FileUtils.deleteDirectory(aside.toFile());
    }
    if (!isWhole(folder)) {
      throw new IOException(name + " could not be unpacked to " + folder);
    }
  }

  private static void rename(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      throw new IOException("The folder " + to.getParent() + " does not rename atomically", e);
    } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
      // Another process was first; the caller checks its files.
    }
  }

  private static void removeAbandoned(Path parent) throws IOException {
    Instant limit = Instant.now().minus(ABANDONED);
    try (Stream<Path> entries = Files.list(parent)) {
      for (Path entry : entries.toList()) {
        if (entry.getFileName().toString().startsWith(UNPACKING)
            && Files.getLastModifiedTime(entry).toInstant().isBefore(limit)) {
          FileUtils.deleteDirectory(entry.toFile());
        }
      }
    }
  }
}
