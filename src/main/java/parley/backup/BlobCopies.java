package parley.backup;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jdbi.v3.core.Handle;
import parley.storage.BlobKey;
import parley.storage.StoredBlobs;
import parley.storage.StoredBlobs.Blob;

/// Copies the files of a local store into a backup, as hard links if both are on one file system:
/// stored files never change, so a link is as good as a copy and takes neither time nor space.
final class BlobCopies {
  private static final String STORE_IDENTITY = "store-id";

  private final Path store;
  private final UnfinishedBackup backup;
  private long count;
  private long bytes;
  private long missing;

  /// @param store the folder of the store
  BlobCopies(Path store, UnfinishedBackup backup) {
    this.store = store;
    this.backup = backup;
  }

  /// Copies every blob that the transaction sees, with its thumbnails.
  Manifest.Contents copyAll(Handle transaction) {
    try (Writer list =
        new BufferedWriter(
            new OutputStreamWriter(backup.create(Manifest.CONTENTS), StandardCharsets.US_ASCII))) {
      copyFile(STORE_IDENTITY, list);
      StoredBlobs.forEach(transaction, blob -> copy(blob, list));
      return new Manifest.Contents(count, bytes, missing);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void copy(Blob blob, Writer list) {
    try {
      BlobKey key = blob.key();
      Path copy = backup.path(Manifest.BLOBS + key.path());
      try {
        linkOrCopy(store.resolve(key.path()), copy);
      } catch (NoSuchFileException lost) {
        missing++;
        return;
      }
      long size = Files.size(copy);
      if (size != blob.size()) {
        Files.delete(copy);
        missing++;
        return;
      }
      count++;
      bytes += size;
      enter(key.sha256().hex(), key.path(), list);
      for (BlobKey thumbnails : List.of(key.thumbnails(0), key.thumbnails(1))) {
        copyFile(thumbnails.path(), list);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A file that need not be there and whose name does not tell its sum.
  private void copyFile(String path, Writer list) throws IOException {
    Path copy = backup.path(Manifest.BLOBS + path);
    try {
      linkOrCopy(store.resolve(path), copy);
    } catch (NoSuchFileException none) {
      return;
    }
    enter(Sums.of(copy), path, list);
  }

  private static void enter(String sum, String path, Writer list) throws IOException {
    list.write(sum + "  " + Manifest.BLOBS + path + "\n");
  }

  /// Makes `copy` appear; its bytes are on disk.
  static void linkOrCopy(Path file, Path copy) throws IOException {
    try {
      Files.createLink(copy, file);
    } catch (NoSuchFileException lost) {
      throw lost;
    } catch (UnsupportedOperationException | FileSystemException otherFileSystem) {
      Files.copy(file, copy);
      try (FileChannel channel = FileChannel.open(copy, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
    }
  }
}
