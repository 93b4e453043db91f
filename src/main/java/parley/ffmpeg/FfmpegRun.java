package parley.ffmpeg;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Runs ffmpeg or ffprobe on a file to its end.
///
/// When a file exceeds the limits or crashes the program, the file is to blame if FFmpeg passes its
/// self-test afterwards: see [DecoderUnavailable#passedSelfTest()].
public final class FfmpegRun {
  /// The maximum output that is kept; children write far less.
  private static final int MAX_OUTPUT_BYTES = 1024 * 1024;

  private static final byte[] NOTHING = new byte[0];

  private final Ffmpeg programs;
  private final ChildLimits limits;

  public FfmpegRun(Ffmpeg programs, ChildLimits limits) {
    this.programs = programs;
    this.limits = limits;
  }

  /// Runs ffmpeg and returns its standard output; nothing when the file is to blame for a failure.
  ///
  /// @param folder its working folder; null for ours
  /// @throws DecoderUnavailable when ffmpeg does not work, or not with this file under these limits
  /// @throws IOException when this thread was interrupted
  public byte[] ffmpeg(Path file, @Nullable Path folder, List<String> arguments)
      throws IOException {
    return run(programs.ffmpeg(), file, folder, arguments);
  }

  /// Runs ffprobe and returns its standard output; nothing when the file is to blame for a failure.
  ///
  /// @throws DecoderUnavailable when ffprobe does not work, or not with this file under these
  ///   limits
  /// @throws IOException when this thread was interrupted
  public byte[] ffprobe(Path file, List<String> arguments) throws IOException {
    return run(programs.ffprobe(), file, null, arguments);
  }

  private byte[] run(Path program, Path file, @Nullable Path folder, List<String> arguments)
      throws IOException {
    try (FfmpegProcess child =
        FfmpegProcess.start(programs, program, limits, file, folder, arguments)) {
      child.waitingBegins();
      try (InputStream output = child.output()) {
        byte[] written = output.readNBytes(MAX_OUTPUT_BYTES);
        output.transferTo(OutputStream.nullOutputStream());
        return child.succeeds() ? written : NOTHING;
      }
    }
  }

  /// Runs the self-test because of output that FFmpeg should never write.
  ///
  /// @throws DecoderUnavailable when the self-test fails
  public void doubt(String reason) throws DecoderUnavailable {
    if (!programs.health().passesSelfTest()) {
      throw new DecoderUnavailable(reason);
    }
  }
}
