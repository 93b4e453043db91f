package parley.ffmpeg;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The FFmpeg programs in use.
///
/// @param ffmpeg decodes, scales and encodes
/// @param ffprobe reads metadata
/// @param libraries the folder of their shared libraries; null for the system's
/// @param origin where they come from: `bundled`, `media.ffmpeg`, `PATH`
/// @param confinement how their processes are restricted
/// @param health whether they work
public record Ffmpeg(
    Path ffmpeg,
    Path ffprobe,
    @Nullable Path libraries,
    String origin,
    Confinement confinement,
    DecoderHealth health) {

  /// Programs that are already installed, such as the system's.
  public static Ffmpeg installed(Path ffmpeg, Path ffprobe, String origin) {
    return new Ffmpeg(ffmpeg, ffprobe, null, origin, Confinement.NONE, DecoderHealth.NONE);
  }

  /// Sets the library path of a process that will run one of the programs. Their own search path
  /// names the folder too, but does not apply to indirect dependencies.
  public ProcessBuilder findingLibraries(ProcessBuilder process) {
    if (libraries != null) {
      process.environment().put("LD_LIBRARY_PATH", libraries.toString());
    }
    return process;
  }

  /// The same programs, restricted in this way.
  public Ffmpeg confinedBy(Confinement other) {
    return new Ffmpeg(ffmpeg, ffprobe, libraries, origin, other, health);
  }

  /// The same programs, with this health check.
  public Ffmpeg withHealth(DecoderHealth other) {
    return new Ffmpeg(ffmpeg, ffprobe, libraries, origin, confinement, other);
  }
}
