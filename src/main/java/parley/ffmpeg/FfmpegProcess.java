package parley.ffmpeg;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A run of ffmpeg or ffprobe on one file or stream, as a child process under limits.
///
/// The child gets the file as its standard input and, by what its callers pass on, may open no
/// other; it never runs a moment without its limits and its [Confinement]. While somebody waits for
/// it, a watch looks whether it works: one that uses no processor time gets [#IDLE], then FFmpeg is
/// tested.
///
/// For one thread at a time, except [#kill()]. The caller closes it, which ends the child.
public final class FfmpegProcess implements AutoCloseable {
  /// Sets the limits in a shell that then becomes the program: works alike with every POSIX shell.
  /// A limit that a system does not know is left out.
  private static final String LIMITED =
      "ulimit -c 0; ulimit -n 64; ulimit -f \"$1\"; ulimit -t \"$2\"; ulimit -v \"$3\"; shift 3;"
          + " exec \"$@\"";

  /// The shell counts file sizes in blocks of 512 bytes (POSIX), bash in 1,024.
  private static final int BLOCK_BYTES = 512;

  /// A child that is being loaded, decodes or seeks uses processor time; one that does not for so
  /// long stands still, or waits for a disk that does.
  private static final Duration IDLE = Duration.ofSeconds(2);

  private static final Duration LOOK_EVERY = Duration.ofMillis(250);

  /// A program that was ended by a signal exits with 128 and the signal's number, up to 31. FFmpeg
  /// itself exits with the low byte of its error codes, none of which lies there.
  private static final int FIRST_SIGNAL = 129;

  private static final int LAST_SIGNAL = 159;

  private final Ffmpeg programs;

  /// Whether it says on its error stream what it opens, as ffmpeg does at its log level `info`.
  private final boolean tells;

  private final Process child;
  private final Duration patience;
  private final FfmpegLog log = new FfmpegLog();
  private final Thread listener;
  private final Thread watchdog;

  /// Since when somebody waits, on the clock of [System#nanoTime()]; 0 while nobody does.
  private volatile long waitingSince;

  private volatile @Nullable String stalled;

  private FfmpegProcess(Ffmpeg programs, Path program, Process child, Duration patience) {
    this.programs = programs;
    this.tells = program.equals(programs.ffmpeg());
    this.child = child;
    this.patience = patience;
    this.listener =
        Thread.ofVirtual().name("ffmpeg-log").unstarted(() -> log.readAll(child.errorReader()));
    this.watchdog = Thread.ofVirtual().name("ffmpeg-watchdog").unstarted(this::watchProgress);
  }

  /// Starts a child.
  ///
  /// @param program one of the two of `programs`
  /// @param input what it reads as its standard input; null for a pipe from us
  /// @param folder where it may write, its working folder; null for nowhere
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
      process = new FfmpegProcess(programs, program, builder.start(), limits.patience());
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

  /// Its standard input, where it reads from a pipe.
  public OutputStream input() {
    return child.getOutputStream();
  }

  /// What it has said so far.
  public FfmpegLog log() {
    return log;
  }

  /// What it has said, once that is all that it says before its first sample. One that stands still
  /// meanwhile is ended.
  public FfmpegLog introduction() {
    waitingBegins();
    try {
      log.awaitIntroduction();
      return log;
    } finally {
      waitingEnds();
    }
  }

  /// Says that it is waited for from now on, so that it may not stand still.
  public void waitingBegins() {
    waitingSince = System.nanoTime() | 1;
  }

  /// Says that nobody waits for it.
  public void waitingEnds() {
    waitingSince = 0;
  }

  /// Waits until it has ended and all that it said was read.
  ///
  /// @return whether it did its work; if not, the file is to blame
  /// @throws DecoderUnavailable when the file is not to blame, as far as can be told
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

  /// Why this end says nothing about the file.
  private Optional<String> doubt(int exit) {
    if (stalled != null) {
      return Optional.of(stalled);
    }
    if (log.shortage().isPresent()) {
      return log.shortage();
    }
    if (exit >= FIRST_SIGNAL && exit <= LAST_SIGNAL) {
      return Optional.of("ffmpeg was ended by signal " + (exit - 128));
    }
    // ffprobe says nothing besides its answer when all is well.
    if (exit == 126 || exit == 127 || ((tells || exit != 0) && !log.hasLooked())) {
      return Optional.of(
          log.firstLine().orElse("ffmpeg ended with status " + exit + " and without a word"));
    }
    return Optional.empty();
  }

  /// Tests FFmpeg because of the reason, so that everybody knows at once.
  private static DecoderUnavailable doubtful(
      Ffmpeg programs, String reason, @Nullable Throwable cause) {
    return new DecoderUnavailable(reason, programs.health().passesSelfTest(), cause);
  }

  /// Ends the child, from any thread.
  public void kill() {
    // By its handle: the process itself would close the stream that is being read.
    child.toHandle().destroyForcibly();
  }

  /// Ends the child if it still runs, and waits for it.
  @Override
  public void close() {
    child.destroyForcibly();
    watchdog.interrupt();
    try {
      // A killed process is gone at once; the time is for one that waits for a slow disk.
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
          stall("ffmpeg did not get on for " + patience.toSeconds() + " s");
        } else if (since != 0 && now - lastBusy > IDLE.toNanos()) {
          if (programs.health().passesSelfTest()) {
            lastBusy = System.nanoTime();
          } else {
            stall("ffmpeg stands still");
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
