package parley.storage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/// A file in the spool, hashed while it is written, then sealed and read. Closing it removes it.
/// Not thread-safe.
public final class SpoolFile implements AutoCloseable {
  private final FileChannel channel;
  private final MessageDigest digest;
  private Path path;
  private long size;
  private @Nullable Sha256 sha256;
  private Runnable settled = () -> {};

  private SpoolFile(Path path, FileChannel channel, MessageDigest digest) {
    this.path = path;
    this.channel = channel;
    this.digest = digest;
  }

  static SpoolFile open(Path path) throws IOException {
    FileChannel channel =
        FileChannel.open(
            path, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
    return new SpoolFile(path, channel, Sha256.newDigest());
  }

  /// Appends bytes.
  ///
  /// @throws Problem STORAGE_FULL when the disk is full
  public void write(byte[] bytes, int offset, int length) throws IOException {
    digest.update(bytes, offset, length);
    ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
    try {
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
    } catch (IOException e) {
      throw FullDisk.problemOrFailure(e, path, buffer.remaining());
    }
    size += length;
  }

  /// Appends all bytes of a stream.
  ///
  /// @throws Problem STORAGE_FULL when the disk is full
  void write(InputStream bytes) throws IOException {
    byte[] buffer = new byte[64 * 1024];
    for (int count = bytes.read(buffer); count > 0; count = bytes.read(buffer)) {
      write(buffer, 0, count);
    }
  }

  /// The number of bytes written.
  public long size() {
    return size;
  }

  /// The current path, which changes when the file is kept.
  public Path path() {
    return path;
  }

  /// Finishes the file: syncs it to disk and returns its hash. Idempotent.
  ///
  /// @throws Problem STORAGE_FULL when the disk is full
  public Sha256 seal() throws IOException {
    if (sha256 == null) {
      try {
        channel.force(false);
      } catch (IOException e) {
        throw FullDisk.problemOrFailure(e, path, 0);
      }
      sha256 = Sha256.of(digest.digest());
    }
    return sha256;
  }

  /// Runs the step once: when the file is kept or closed.
  void whenSettled(Runnable step) {
    settled = step;
  }

  /// Its bytes count as stored from now on, or not at all.
  void settle() {
    settled.run();
    settled = () -> {};
  }

  /// The first bytes, at most `max`.
  public byte[] head(int max) throws IOException {
    ByteBuffer head = ByteBuffer.allocate((int) Math.min(max, size));
    while (head.hasRemaining() && channel.read(head, head.position()) >= 0) {
      // Reads until the buffer is full or the file ends.
    }
    return head.array();
  }

  /// Turns the file into the marker of its blob.
  void rename(Path note) throws IOException {
    path = Files.move(path, note, StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public void close() throws IOException {
    settle();
    channel.close();
    Files.deleteIfExists(path);
  }
}
