package parley.storage;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.apache.commons.io.input.BoundedInputStream;
import org.jspecify.annotations.Nullable;

/// Stores blobs as files in a folder.
public final class LocalBlobStore implements BlobStore {
  /// The folder for copies that are not complete yet, among the stored files so that it is on their
  /// file system.
  private static final String PARTIAL = "partial";

  private final Path folder;

  /// The store's name when it was first seen; null before.
  private volatile @Nullable String name;

  public LocalBlobStore(Path folder) {
    this.folder = folder;
  }

  @Override
  public void put(BlobKey key, Path file) throws IOException {
    Path target = path(key);
    if (isWhole(target, file)) {
      return;
    }
    requireMounted();
    Path parent = folder.resolve("tenant").resolve(key.tenant().toString());
    if (!Files.isDirectory(parent)) {
      Files.createDirectories(parent);
      syncFolder(folder.resolve("tenant"));
    }
    try {
      // A hard link appears atomically, and the spool has already synced the bytes.
      Files.createLink(target, file);
    } catch (NoSuchFileException lost) {
      throw lost;
    } catch (UnsupportedOperationException | FileSystemException notLinked) {
      // Another upload was first, there is part of a file, or this is not the spool's file system.
      if (!isWhole(target, file)) {
        try {
          copy(file, key);
        } catch (IOException e) {
          throw FullDisk.problemOrFailure(e, parent, Files.size(file));
        }
      }
    }
    syncFolder(parent);
  }

  /// Whether the file is stored, and has not lost its end.
  private static boolean isWhole(Path target, Path file) throws IOException {
    try {
      return Files.size(target) == Files.size(file);
    } catch (NoSuchFileException absent) {
      return false;
    }
  }

  /// Nothing is found, and nothing must be written, in the folder on which the store's disk is
  /// mounted while the disk is not there. Yet nothing is lost.
  private void requireMounted() throws IOException {
    String expected = name;
    if (expected != null && !expected.equals(identity().orElse(null))) {
      throw new StorageUnavailable(
          "%s has no %s any more, or another one: its disk is not mounted"
              .formatted(this, StoreIdentity.NAME),
          null);
    }
  }

  @Override
  public boolean exists(BlobKey key) throws IOException {
    boolean there = Files.exists(path(key));
    if (!there) {
      requireMounted();
    }
    return there;
  }

  @Override
  public void require(BlobKey key, long bytes) throws IOException {
    if (!exists(key)) {
      throw new NoSuchFileException(key.path());
    }
    if (Files.size(path(key)) < bytes) {
      throw new EOFException(key.path() + " is shorter than it was when it was stored");
    }
  }

  @Override
  public Optional<Path> file(BlobKey key) throws IOException {
    boolean _ = exists(key);
    return Optional.of(path(key));
  }

  @Override
  public InputStream read(BlobKey key, long offset, long length) throws IOException {
    require(key, offset + length);
    FileChannel channel = FileChannel.open(path(key), StandardOpenOption.READ);
    try {
      channel.position(offset);
      return BoundedInputStream.builder()
          .setInputStream(Channels.newInputStream(channel))
          .setMaxCount(length)
          .get();
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  @Override
  public void delete(BlobKey key) throws IOException {
    if (!Files.deleteIfExists(path(key))) {
      requireMounted();
    }
  }

  @Override
  public void sweep(BlobKey key) throws IOException {
    try (DirectoryStream<Path> partial =
        Files.newDirectoryStream(folder.resolve(PARTIAL), partialName(key) + "*")) {
      for (Path file : partial) {
        Files.deleteIfExists(file);
      }
    } catch (NoSuchFileException noFolder) {
      // Nothing was ever copied.
    }
  }

  @Override
  public Optional<StoreLink> link(BlobKey key, LinkHeaders headers, Duration valid) {
    return Optional.empty();
  }

  @Override
  public void check() throws IOException {
    requireMounted();
    Files.createDirectories(folder);
    if (!Files.isWritable(folder)) {
      throw new StorageUnavailable("cannot write to " + folder, null);
    }
  }

  @Override
  public Optional<String> identity() throws IOException {
    try {
      String found = Files.readString(folder.resolve(StoreIdentity.NAME)).strip();
      if (name == null) {
        name = found;
      }
      return Optional.of(found);
    } catch (NoSuchFileException unnamed) {
      return Optional.empty();
    }
  }

  @Override
  public void identify(String identity) throws IOException {
    Path written = folder.resolve(StoreIdentity.NAME + ".partial");
    Files.writeString(written, identity + "\n");
    try (FileChannel channel = FileChannel.open(written, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    Files.move(written, folder.resolve(StoreIdentity.NAME), StandardCopyOption.ATOMIC_MOVE);
    syncFolder(folder);
    name = identity;
  }

  @Override
  public String toString() {
    return "the folder " + folder;
  }

  private Path path(BlobKey key) {
    return folder.resolve(key.path());
  }

  /// Where there can be no hard link: copies to a temporary name of its own, because the same bytes
  /// may arrive twice at a time, then renames.
  private void copy(Path file, BlobKey key) throws IOException {
    Path partial =
        Files.createDirectories(folder.resolve(PARTIAL))
            .resolve(partialName(key) + "." + UUID.randomUUID());
    try {
      Files.copy(file, partial);
      try (FileChannel channel = FileChannel.open(partial, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      Files.move(partial, path(key), StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(partial);
    }
  }

  private static String partialName(BlobKey key) {
    return key.tenant() + "." + key.sha256() + key.part();
  }

  /// Makes new names in the folder durable.
  private static void syncFolder(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
