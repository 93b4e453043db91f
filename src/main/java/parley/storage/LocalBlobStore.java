package parley.storage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import org.apache.commons.io.input.BoundedInputStream;

/// Stores blobs as files in a folder.
public final class LocalBlobStore implements BlobStore {
  private final Path folder;

  public LocalBlobStore(Path folder) {
    this.folder = folder;
  }

  @Override
  public void put(BlobKey key, Path file) throws IOException {
    Path target = path(key);
    if (Files.exists(target)) {
      return;
    }
    Path parent = folder.resolve("tenant").resolve(key.tenant().toString());
    if (!Files.isDirectory(parent)) {
      Files.createDirectories(parent);
      syncFolder(folder.resolve("tenant"));
    }
    try {
      // A hard link appears atomically, and the spool has already synced the bytes.
      Files.createLink(target, file);
    } catch (FileAlreadyExistsException _) {
      return;
    } catch (UnsupportedOperationException _) {
      try {
        copy(file, target);
      } catch (IOException e) {
        throw FullDisk.problemOrFailure(e, file, Files.size(file));
      }
    }
    syncFolder(parent);
  }

  @Override
  public boolean exists(BlobKey key) {
    return Files.exists(path(key));
  }

  @Override
  public Optional<Path> file(BlobKey key) {
    return Optional.of(path(key));
  }

  @Override
  public InputStream read(BlobKey key, long offset, long length) throws IOException {
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
    Files.deleteIfExists(path(key));
  }

  @Override
  public void sweep(BlobKey key) throws IOException {
    Files.deleteIfExists(partial(path(key)));
  }

  @Override
  public Optional<StoreLink> link(BlobKey key, LinkHeaders headers, Duration valid) {
    return Optional.empty();
  }

  @Override
  public void check() throws IOException {
    Files.createDirectories(folder);
    if (!Files.isWritable(folder)) {
      throw new StorageUnavailable("cannot write to " + folder, null);
    }
  }

  @Override
  public Optional<String> identity() throws IOException {
    try {
      return Optional.of(Files.readString(folder.resolve(StoreIdentity.NAME)).strip());
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
  }

  @Override
  public String toString() {
    return "the folder " + folder;
  }

  private Path path(BlobKey key) {
    return folder.resolve(key.path());
  }

  /// For file systems without hard links: copies to a temporary name, then renames.
  private static void copy(Path file, Path target) throws IOException {
    Path partial = partial(target);
    Files.deleteIfExists(partial);
    Files.copy(file, partial);
    try (FileChannel channel = FileChannel.open(partial, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    Files.move(partial, target);
  }

  private static Path partial(Path target) {
    return target.resolveSibling(target.getFileName() + ".partial");
  }

  /// Makes new names in the folder durable.
  private static void syncFolder(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
