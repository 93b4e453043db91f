package parley.ffmpeg;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The two programs of FFmpeg that are used.
///
/// @param ffmpeg decodes, scales and encodes
/// @param ffprobe describes
/// @param libraries the folder their shared libraries are in; null where the system finds them
/// @param origin where they come from, in words: `bundled`, `media.ffmpeg`, `PATH`
/// @param confinement how their processes are restricted
/// @param watch knows whether they work
public record Ffmpeg(
    Path ffmpeg,
    Path ffprobe,
    @Nullable Path libraries,
    String origin,
    Confinement confinement,
    DecoderHealth health) {

  /// Programs that are installed already, such as the system's.
  public static Ffmpeg installed(Path ffmpeg, Path ffprobe, String origin) {
    return new Ffmpeg(ffmpeg, ffprobe, null, origin, Confinement.NONE, DecoderHealth.NONE);
  }

  /// Lets a process that will run one of them find their libraries. Their own search path names the
  /// folder too, but does not apply to indirect dependencies.
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

  /// The same programs, monitored by this watch.
  public Ffmpeg withHealth(DecoderHealth other) {
    return new Ffmpeg(ffmpeg, ffprobe, libraries, origin, confinement, other);
  }
}
