package parley.ffmpeg;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Runs ffmpeg or ffprobe on a file to its end.
///
/// A file that is so made that it takes too much, or ends the program, is to blame for that as long
/// as FFmpeg passes its self-test: [DecoderUnavailable#passedSelfTest()] tells.
public final class FfmpegRun {
  /// What is read from the child; it says far less.
  private static final int MAX_OUTPUT_BYTES = 1024 * 1024;

  private static final byte[] NOTHING = new byte[0];

  private final Ffmpeg programs;
  private final ChildLimits limits;

  public FfmpegRun(Ffmpeg programs, ChildLimits limits) {
    this.programs = programs;
    this.limits = limits;
  }

  /// What ffmpeg wrote to its standard output; nothing when the file is to blame for a failure.
  ///
  /// @param folder its working folder; null for ours
  /// @throws DecoderUnavailable when it does not work, or not with this file under these limits
  /// @throws IOException when this thread was interrupted
  public byte[] ffmpeg(Path file, @Nullable Path folder, List<String> arguments)
      throws IOException {
    return run(programs.ffmpeg(), file, folder, arguments);
  }

  /// What ffprobe wrote to its standard output; nothing when the file is to blame for a failure.
  ///
  /// @throws DecoderUnavailable when it does not work, or not with this file under these limits
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

  /// Tests FFmpeg because of a result that it cannot have written.
  ///
  /// @throws DecoderUnavailable when it does not pass its self-test
  public void doubt(String reason) throws DecoderUnavailable {
    if (!programs.health().passesSelfTest()) {
      throw new DecoderUnavailable(reason);
    }
  }
}
