package parley.storage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Deliveries in a folder that the other program writes to.
public final class FolderDeliveries implements Deliveries {
  /// Programs that write audio or video never pause for this long.
  private static final Duration AT_REST = Duration.ofSeconds(10);

  private static final Logger LOG = LoggerFactory.getLogger(FolderDeliveries.class);

  private static final String MODE = "unix:mode";

  /// In folders with this bit, only the owner of a file can remove it.
  private static final int STICKY = 01000;

  private final Path folder;
  private final Clock clock;

  public FolderDeliveries(Path folder, Clock clock) {
    this.folder = folder;
    this.clock = clock;
  }

  @Override
  public void check() throws IOException {
    requireFolder();
    Path probe = folder.resolve(".parley-" + UUID.randomUUID());
    try {
      Files.write(probe, new byte[] {1});
      Files.delete(probe);
    } catch (IOException e) {
      throw new IOException("this server cannot write to the folder " + folder + ": " + e, e);
    }
  }

  private void requireFolder() throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new IOException("the folder " + folder + " does not exist");
    }
  }

  /// Creates the file's parent folders with the mode of the whole folder. Otherwise the other
  /// program would create them so that only it can remove files.
  @Override
  public void prepare(String name) throws IOException {
    check();
    Path at = folder;
    Path relative = Path.of(name);
    for (int i = 0; i < relative.getNameCount() - 1; i++) {
      at = at.resolve(relative.getName(i));
      try {
        Files.createDirectory(at);
        Files.setAttribute(at, MODE, (int) Files.getAttribute(folder, MODE) & ~STICKY);
      } catch (FileAlreadyExistsException there) {
        LOG.trace("{} already exists", there.getFile());
      } catch (AccessDeniedException foreign) {
        LOG.warn(
            "{} cannot be created: its parent belongs to another user. This server may be unable to"
                + " remove files from it: run both programs as the same user.",
            at);
        return;
      }
    }
  }

  @Override
  public boolean showsUnfinished() {
    return true;
  }

  @Override
  public Optional<Delivery> find(String name) throws IOException {
    Path file = folder.resolve(name);
    try {
      boolean atRest =
          Files.getLastModifiedTime(file).toInstant().isBefore(clock.instant().minus(AT_REST));
      return Optional.of(new Delivery(Files.size(file), atRest));
    } catch (NoSuchFileException absent) {
      requireFolder();
      return Optional.empty();
    }
  }

  @Override
  public InputStream read(String name, long size) throws IOException {
    return Files.newInputStream(folder.resolve(name));
  }

  @Override
  public void remove(String name) throws IOException {
    Files.deleteIfExists(folder.resolve(name));
  }
}
