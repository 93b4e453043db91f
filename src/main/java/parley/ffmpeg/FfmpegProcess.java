package parley.ffmpeg;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A child process that runs ffmpeg or ffprobe on one file or stream, under limits.
///
/// The child reads the file from its standard input and, given the arguments of our callers, cannot
/// open any other. It runs under its limits and its [Confinement] from the start. While somebody
/// waits for it, a watchdog checks its progress: when it uses no processor time for [#IDLE], the
/// self-test decides whether it is stuck.
///
/// For one thread at a time, except for [#kill()]. The caller closes it, which ends the child.
public final class FfmpegProcess implements AutoCloseable {
  /// A shell script that sets the limits and then executes the program. Works with every POSIX
  /// shell; limits that the system does not support are skipped.
  private static final String LIMITED =
      "ulimit -c 0; ulimit -n 64; ulimit -f \"$1\"; ulimit -t \"$2\"; ulimit -v \"$3\"; shift 3;"
          + " exec \"$@\"";

  /// `ulimit -f` counts blocks of 512 bytes (POSIX); bash counts 1,024.
  private static final int BLOCK_BYTES = 512;

  /// A child that loads, decodes or seeks uses processor time. One that does not is stuck, or waits
  /// for a disk that is.
  private static final Duration IDLE = Duration.ofSeconds(2);

  private static final Duration LOOK_EVERY = Duration.ofMillis(250);

  /// The exit status of a program that a signal ended is 128 plus the signal's number, which is at
  /// most 31. FFmpeg's own exit statuses, the low bytes of its error codes, are all outside this
  /// range.
  private static final int FIRST_SIGNAL = 129;

  private static final int LAST_SIGNAL = 159;

  private final Ffmpeg programs;

  /// Whether it logs which files it opens, as ffmpeg does at its log level `info`.
  private final boolean tells;

  private final Process child;

  /// The file that it reads; null for a pipe from us.
  private final @Nullable Path input;

  private final Duration patience;
  private final FfmpegLog log = new FfmpegLog();
  private final Thread listener;
  private final Thread watchdog;

  /// When the current wait started, by [System#nanoTime()]; 0 while nobody waits.
  private volatile long waitingSince;

  private volatile @Nullable String stalled;

  private FfmpegProcess(
      Ffmpeg programs, Path program, Process child, @Nullable Path input, Duration patience) {
    this.programs = programs;
    this.tells = program.equals(programs.ffmpeg());
    this.child = child;
    this.input = input;
    this.patience = patience;
    this.listener =
        Thread.ofVirtual().name("ffmpeg-log").unstarted(() -> log.readAll(child.errorReader()));
    this.watchdog = Thread.ofVirtual().name("ffmpeg-watchdog").unstarted(this::watchProgress);
  }

  /// Starts a child.
  ///
  /// @param program one of the two of `programs`
  /// @param input the file for its standard input; null for a pipe from us
  /// @param folder its working folder, to which it may write; null for nowhere
  /// @throws DecoderUnavailable when it cannot be started, or is known not to work
  public static FfmpegProcess start(
      Ffmpeg programs,
      Path program,
      ChildLimits limits,
      @Nullable Path input,
      @Nullable Path folder,
      List<String> arguments)
      throws DecoderUnavailable {
    programs.health().requireWorking();
    ProcessBuilder builder =
        programs.findingLibraries(
            new ProcessBuilder(
                command(limits, confined(programs, program, folder != null, arguments))));
    if (input != null) {
      builder.redirectInput(Redirect.from(input.toFile()));
    }
    if (folder != null) {
      builder.directory(folder.toFile());
    }
    FfmpegProcess process;
    try {
      process = new FfmpegProcess(programs, program, builder.start(), input, limits.patience());
    } catch (IOException e) {
      throw doubtful(programs, program.getFileName() + " cannot be started: " + e.getMessage(), e);
    }
    process.listener.start();
    process.watchdog.start();
    return process;
  }

  private static List<String> confined(
      Ffmpeg programs, Path program, boolean writes, List<String> arguments) {
    List<String> command = new ArrayList<>(programs.confinement().command(writes));
    command.add(program.toAbsolutePath().toString());
    command.addAll(arguments);
    return command;
  }

  private static List<String> command(ChildLimits limits, List<String> confined) {
    List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", LIMITED, "sh"));
    command.add(Long.toString(limits.fileBytes() / BLOCK_BYTES));
    command.add(Long.toString(limits.processorTime().toSeconds()));
    command.add(Long.toString(limits.memoryBytes() / 1024));
    command.addAll(confined);
    return command;
  }

  /// Its standard output.
  public InputStream output() {
    return child.getInputStream();
  }

  /// Its standard input, when it reads from a pipe.
  public OutputStream input() {
    return child.getOutputStream();
  }

  /// The log so far.
  public FfmpegLog log() {
    return log;
  }

  /// The log, once it is complete up to the first sample. Kills a child that gets stuck in the
  /// meantime.
  public FfmpegLog introduction() {
    waitingBegins();
    try {
      log.awaitIntroduction();
      return log;
    } finally {
      waitingEnds();
    }
  }

  /// Starts a wait, during which the child must make progress.
  public void waitingBegins() {
    waitingSince = System.nanoTime() | 1;
  }

  /// Ends the wait.
  public void waitingEnds() {
    waitingSince = 0;
  }

  /// Waits until the child has ended and its log was read to the end.
  ///
  /// @return whether it succeeded; if not, the file is to blame
  /// @throws DecoderUnavailable when the failure may not be the file's fault
  /// @throws IOException when this thread was interrupted
  public boolean succeeds() throws IOException {
    int exit;
    waitingBegins();
    try {
      exit = child.waitFor();
      listener.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while ffmpeg ended", e);
    } finally {
      waitingEnds();
    }
    Optional<String> doubt = doubt(exit);
    if (doubt.isPresent()) {
      throw doubtful(programs, doubt.get(), null);
    }
    return exit == 0;
  }

  /// Why this exit says nothing about the file; empty when it does.
  private Optional<String> doubt(int exit) {
    if (stalled != null) {
      return Optional.of(stalled);
    }
    if (log.shortage().isPresent()) {
      return log.shortage();
    }
    if (log.readError().isPresent() && !isReadable()) {
      return log.readError();
    }
    if (exit >= FIRST_SIGNAL && exit <= LAST_SIGNAL) {
      return Optional.of("ffmpeg was ended by signal " + (exit - 128));
    }
    // ffprobe logs nothing when all is well.
    if (exit == 126 || exit == 127 || ((tells || exit != 0) && !log.hasLooked())) {
      return Optional.of(
          log.firstLine().orElse("ffmpeg ended with status " + exit + " without any output"));
    }
    return Optional.empty();
  }

  private boolean isReadable() {
    if (input == null) {
      return true;
    }
    try (InputStream content = Files.newInputStream(input)) {
      content.transferTo(OutputStream.nullOutputStream());
      return true;
    } catch (IOException broken) {
      return false;
    }
  }

  /// Runs the self-test, so that a broken FFmpeg is known immediately.
  private static DecoderUnavailable doubtful(
      Ffmpeg programs, String reason, @Nullable Throwable cause) {
    return new DecoderUnavailable(reason, programs.health().passesSelfTest(), cause);
  }

  /// Kills the child. Thread-safe.
  public void kill() {
    // Process.destroyForcibly would close the stream that is being read.
    child.toHandle().destroyForcibly();
  }

  /// Kills the child if it still runs and waits for its end.
  @Override
  public void close() {
    child.destroyForcibly();
    watchdog.interrupt();
    try {
      // A killed process ends immediately, unless it waits for a slow disk.
      child.waitFor(5, TimeUnit.SECONDS);
      listener.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void watchProgress() {
    try {
      long wait = 0;
      long lastBusy = 0;
      Duration used = Duration.ZERO;
      while (!child.waitFor(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
        long since = waitingSince;
        long now = System.nanoTime();
        Duration usedNow = child.info().totalCpuDuration().orElse(Duration.ZERO);
        if (since == 0 || since != wait || !usedNow.equals(used)) {
          wait = since;
          used = usedNow;
          lastBusy = now;
        }
        if (since != 0 && now - since > patience.toNanos()) {
          stall("ffmpeg made no progress for " + patience.toSeconds() + " s");
        } else if (since != 0 && now - lastBusy > IDLE.toNanos()) {
          if (programs.health().passesSelfTest()) {
            lastBusy = System.nanoTime();
          } else {
            stall("ffmpeg is stuck");
          }
        }
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  private void stall(String reason) {
    stalled = reason;
    kill();
  }
}
