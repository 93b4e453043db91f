package parley.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import parley.ffmpeg.Ffmpeg;
import parley.ffmpeg.FfmpegBundle;

/// The programs that tests use, unpacked once for all of them.
public final class Programs {
  private static final Path CACHE = Path.of("target", "ffmpeg");

  private Programs() {}

  /// The path of a component of `dev/install`, which is installed if necessary.
  public static Path installed(String part) {
    try {
      Process install =
          new ProcessBuilder("dev/install", part)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      String path =
          new String(install.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (install.waitFor() != 0) {
        throw new IllegalStateException("dev/install " + part + " failed");
      }
      return Path.of(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /// Whether this machine has a Python that is no older; there is no package that would bring one.
  public static boolean hasPython(String version) {
    return has("python", version);
  }

  /// Whether this machine has a Firefox; there is no package that would bring one.
  public static boolean hasFirefox() {
    return has("firefox");
  }

  private static boolean has(String... part) {
    List<String> command = new ArrayList<>(List.of("dev/install"));
    command.addAll(List.of(part));
    try {
      return new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /// Runs the bundled ffmpeg.
  public static ProcessBuilder ffmpeg(List<String> arguments) {
    List<String> command = new ArrayList<>(List.of(media().ffmpeg().toString()));
    command.addAll(arguments);
    return media().findingLibraries(new ProcessBuilder(command));
  }

  /// FFmpeg's executables, from the jar on the class path.
  public static Ffmpeg media() {
    try {
      return FfmpegBundle.unpacked(CACHE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
