package parley.media.pictures;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Runs ffmpeg or ffprobe on one file under limits.
///
/// The child gets the file as its standard input and, by what its callers pass on, may open no
/// other; it reports on its standard output.
final class ChildProcess {
  /// Sets the limits in a shell that then becomes the program: works alike with every POSIX shell,
  /// and the child never runs a moment without them. A limit that a system does not know is left
  /// out.
  private static final String LIMITED =
      "ulimit -c 0; ulimit -f \"$1\"; ulimit -t \"$2\"; ulimit -v \"$3\"; shift 3; exec \"$@\"";

  /// In the shell's blocks of 512 or 1,024 bytes: no thumbnail is near that.
  private static final int MOST_FILE_BLOCKS = 16 * 1024;

  /// What is read from the child; it says far less.
  private static final int MOST_OUTPUT_BYTES = 1024 * 1024;

  private final Path program;
  private final PictureLimits limits;

  ChildProcess(Path program, PictureLimits limits) {
    this.program = program;
    this.limits = limits;
  }

  /// What the child wrote, which is nothing when it found the file broken, took too long or was
  /// ended by a limit.
  ///
  /// @throws IOException when it could not be started or this thread was interrupted
  byte[] run(Path input, Path workingFolder, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", LIMITED, "sh"));
    command.add(Integer.toString(MOST_FILE_BLOCKS));
    command.add(Long.toString(limits.processorTime().toSeconds()));
    command.add(Long.toString(limits.memoryBytes() / 1024));
    command.add(program.toAbsolutePath().toString());
    command.addAll(arguments);
    Process child =
        new ProcessBuilder(command)
            .directory(workingFolder.toFile())
            .redirectInput(input.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    Thread watch = Thread.ofVirtual().name("child-process-watch").start(() -> endInTime(child));
    try (InputStream output = child.getInputStream()) {
      byte[] written = output.readNBytes(MOST_OUTPUT_BYTES);
      output.transferTo(OutputStream.nullOutputStream());
      return child.waitFor() == 0 ? written : new byte[0];
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while " + program.getFileName() + " ran", e);
    } finally {
      child.destroyForcibly();
      watch.interrupt();
    }
  }

  private void endInTime(Process child) {
    try {
      if (!child.waitFor(limits.patience().toMillis(), TimeUnit.MILLISECONDS)) {
        // By its handle: the process itself would close the stream that is being read.
        child.toHandle().destroyForcibly();
      }
    } catch (InterruptedException childHasEnded) {
      Thread.currentThread().interrupt();
    }
  }
}
