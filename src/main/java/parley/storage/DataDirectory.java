package parley.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The data folder of a server, locked by one process at a time. The operating system releases the
/// lock when the process dies, so it is never stale.
public final class DataDirectory implements AutoCloseable {
  /// Folders held by this process. The lock file must not be opened a second time: that would not
  /// detect our own lock and, when closed, release it, because POSIX drops all of a process's locks
  /// on a file when it closes any descriptor of the file.
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private static final String LOCK_FILE = "lock";

  /// Lies in a directory while a backup is restored into it.
  private static final String RESTORING = "restoring";

  private final Path path;
  private final FileChannel channel;
  private final FileLock lock;

  private DataDirectory(Path path, FileChannel channel, FileLock lock) {
    this.path = path;
    this.channel = channel;
    this.lock = lock;
  }

  /// Creates the folder, readable by its owner only, if it does not exist, and locks it.
  ///
  /// @throws DataDirectoryInUse when a process already holds it
  /// @throws IOException when the folder cannot be created or written, or contains part of a backup
  public static DataDirectory hold(Path folder) throws IOException {
    Path path = made(folder);
    if (!HELD.add(path)) {
      throw new DataDirectoryInUse(path, Long.toString(ProcessHandle.current().pid()));
    }
    FileChannel channel = null;
    try {
      channel =
          FileChannel.open(
              path.resolve(LOCK_FILE),
              Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      FileLock lock = channel.tryLock();
      if (lock == null) {
        throw new DataDirectoryInUse(path, holder(channel));
      }
      channel.truncate(0);
      channel.write(
          ByteBuffer.wrap(
              Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)));
      if (Files.exists(path.resolve(RESTORING))) {
        throw new IOException(
            "a restore into the data directory "
                + path
                + " was interrupted: delete what is in it and restore again");
      }
      return new DataDirectory(path, channel, lock);
    } catch (IOException | RuntimeException refused) {
      HELD.remove(path);
      close(channel);
      throw refused;
    }
  }

  private static Path made(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      Path parent = folder.toAbsolutePath().getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    return folder.toRealPath();
  }

  private static String holder(FileChannel channel) throws IOException {
    ByteBuffer number = ByteBuffer.allocate(20);
    channel.read(number, 0);
    return new String(number.array(), 0, number.position(), StandardCharsets.US_ASCII).strip();
  }

  private static void close(@Nullable FileChannel channel) throws IOException {
    if (channel != null) {
      channel.close();
    }
  }

  /// The absolute path without symbolic links.
  public Path path() {
    return path;
  }

  /// Makes [#hold] refuse the directory until [#finishRestore()], because it is incomplete.
  public void beginRestore() throws IOException {
    Files.createFile(path.resolve(RESTORING));
  }

  /// The restore is complete.
  public void finishRestore() throws IOException {
    Files.delete(path.resolve(RESTORING));
  }

  /// Releases the lock. Idempotent.
  @Override
  public void close() throws IOException {
    if (lock.isValid()) {
      lock.release();
      channel.close();
      HELD.remove(path);
    }
  }
}
