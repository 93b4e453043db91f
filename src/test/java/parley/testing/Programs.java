package parley.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import parley.media.pictures.MediaPrograms;
import parley.speech.decoding.Ffmpeg;

/// The programs that tests run, unpacked once for all of them.
public final class Programs {
  private static final Path CACHE = Path.of("target", "ffmpeg");

  private Programs() {}

  /// The path of a part that `dev/install` knows, installed when it is not there yet.
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

  /// FFmpeg's, from the jar on the class path.
  public static MediaPrograms media() {
    try {
      Ffmpeg ffmpeg = Ffmpeg.unpacked(CACHE);
      return new MediaPrograms(ffmpeg.decoder(), ffmpeg.prober());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
