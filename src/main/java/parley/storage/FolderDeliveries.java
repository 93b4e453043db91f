package parley.storage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/// Deliveries in a folder that the other program writes to.
public final class FolderDeliveries implements Deliveries {
  /// A program that writes sound or pictures never pauses for so long.
  private static final Duration AT_REST = Duration.ofSeconds(10);

  private final Path folder;
  private final Clock clock;

  public FolderDeliveries(Path folder, Clock clock) {
    this.folder = folder;
    this.clock = clock;
  }

  @Override
  public Optional<Delivery> find(String name) throws IOException {
    Path file = folder.resolve(name);
    try {
      boolean atRest =
          Files.getLastModifiedTime(file).toInstant().isBefore(clock.instant().minus(AT_REST));
      return Optional.of(new Delivery(Files.size(file), atRest));
    } catch (NoSuchFileException absent) {
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
