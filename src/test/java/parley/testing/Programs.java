package parley.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import parley.media.pictures.MediaPrograms;
import parley.speech.decoding.Ffmpeg;

/// The programs that tests run, unpacked once for all of them.
public final class Programs {
  private static final Path CACHE = Path.of("target", "ffmpeg");

  private Programs() {}

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
