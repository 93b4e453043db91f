package parley.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The small real files under `src/test/resources/media`.
public final class Samples {
  private static final Path FOLDER = Path.of("src/test/resources/media");

  private Samples() {}

  /// The path of a sample.
  public static Path file(String name) {
    return FOLDER.resolve(name);
  }

  /// The content of a sample.
  public static byte[] bytes(String name) {
    try (InputStream content = Files.newInputStream(file(name))) {
      return content.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The names of all samples.
  public static List<String> names() {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files
          .map(path -> path.getFileName().toString())
          .filter(name -> !name.endsWith(".md"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
