package parley.backup;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.commons.codec.digest.DigestUtils;
import parley.json.Json;

/// The folder of a backup that is being written: `FOLDER.partial`, which gets its name when it is
/// complete. Only its owner can read it: it contains key hashes and people's files.
final class UnfinishedBackup implements AutoCloseable {
  private static final FileAttribute<?> PRIVATE_FOLDER =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final FileAttribute<?> PRIVATE_FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  /// Tells that a partial folder is one of ours, which may be deleted.
  private static final String MARKER = "unfinished";

  private final Path folder;
  private final Path partial;
  private final SortedMap<String, String> sums = new TreeMap<>();

  private UnfinishedBackup(Path folder, Path partial) {
    this.folder = folder;
    this.partial = partial;
  }

  /// Begins a backup, and removes what a killed one left under the same name.
  ///
  /// @throws IOException if there is something in the folder already
  static UnfinishedBackup begin(Path wanted) throws IOException {
    Path folder = wanted.toAbsolutePath().normalize();
    if (Files.exists(folder) && !isEmptyFolder(folder)) {
      throw new FileAlreadyExistsException(folder.toString());
    }
    Path partial = folder.resolveSibling(folder.getFileName() + ".partial");
    if (Files.exists(partial.resolve(MARKER))) {
      delete(partial);
    }
    Files.createDirectories(folder.resolveSibling(""));
    Files.createDirectory(partial, PRIVATE_FOLDER);
    Files.createFile(partial.resolve(MARKER));
    return new UnfinishedBackup(folder, partial);
  }

  private static boolean isEmptyFolder(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.findAny().isEmpty();
    }
  }

  /// Where a file of the backup belongs; its folder is there.
  Path path(String name) throws IOException {
    Path path = partial.resolve(name);
    Files.createDirectories(path.resolveSibling(""), PRIVATE_FOLDER);
    return path;
  }

  /// A new file, which is on disk when the stream is closed. The manifest gets its sum.
  OutputStream create(String name) throws IOException {
    FileChannel channel =
        FileChannel.open(
            path(name),
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PRIVATE_FILE);
    MessageDigest digest = DigestUtils.getSha256Digest();
    return new FilterOutputStream(
        new DigestOutputStream(Channels.newOutputStream(channel), digest)) {
      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        out.write(bytes, offset, length);
      }

      @Override
      public void close() throws IOException {
        if (channel.isOpen()) {
          channel.force(true);
          super.close();
          sums.put(name, Sums.hex(digest));
        }
      }
    };
  }

  /// Writes the manifest and gives the folder its name: from here on the backup is complete.
  ///
  /// @param manifest whose sums are replaced by those of this folder
  Manifest finish(Manifest manifest) throws IOException {
    Manifest complete =
        new Manifest(
            manifest.format(),
            manifest.parley(),
            manifest.takenAt(),
            manifest.database(),
            manifest.contents(),
            new TreeMap<>(sums));
    try (OutputStream file = create(Manifest.NAME)) {
      file.write(Json.write(complete).getBytes(StandardCharsets.UTF_8));
    }
    String sum = String.valueOf(sums.get(Manifest.NAME));
    try (OutputStream file = create(Manifest.SUM)) {
      file.write((sum + "  " + Manifest.NAME + "\n").getBytes(StandardCharsets.US_ASCII));
    }
    Files.delete(partial.resolve(MARKER));
    syncFolders();
    try {
      Files.move(partial, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (DirectoryNotEmptyException filledMeanwhile) {
      throw new FileAlreadyExistsException(folder.toString());
    }
    sync(folder.resolveSibling(""));
    return complete;
  }

  /// The names in all folders survive a power cut.
  private void syncFolders() throws IOException {
    try (Stream<Path> paths = Files.walk(partial)) {
      for (Path path : paths.filter(Files::isDirectory).toList()) {
        sync(path);
      }
    }
  }

  private static void sync(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /// Deletes the marker last, so that what is left by a process that is killed meanwhile can be
  /// deleted as well.
  private static void delete(Path root) throws IOException {
    Path marker = root.resolve(MARKER);
    try (Stream<Path> paths = Files.walk(root)) {
      List<Path> deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
      for (Path path : deepestFirst) {
        if (!path.equals(marker) && !path.equals(root)) {
          Files.delete(path);
        }
      }
      Files.deleteIfExists(marker);
      Files.delete(root);
    } catch (UncheckedIOException unreadable) {
      throw unreadable.getCause();
    }
  }

  /// Removes the folder unless it was finished.
  @Override
  public void close() throws IOException {
    if (Files.exists(partial)) {
      delete(partial);
    }
  }
}
