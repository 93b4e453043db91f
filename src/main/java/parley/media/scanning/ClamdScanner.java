package parley.media.scanning;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/// Scans files for viruses with clamd's INSTREAM command. Several addresses are alternatives: the
/// one that responded last is used first, and if it fails, the next ones.
///
/// Files only count as clean if clamd says so. By default, clamd silently skips what exceeds its
/// limits and reports it only with `AlertExceedsMax`; an archive that is nested too deeply tests
/// periodically whether that is set. Even then, it silently skips files inside archives that exceed
/// its `MaxFileSize`, so that must be as large as `MaxScanSize`, whose excess it reports.
///
/// Blocks the calling thread, which may be virtual. Thread-safe.
public final class ClamdScanner {
  /// More than a connection's buffers hold: at most this many bytes before it broke, clamd reached
  /// its limit.
  private static final long MAX_BUFFERED_BYTES = 8L * 1024 * 1024;

  /// The time limit for checking all addresses.
  private static final Duration HEALTH = Duration.ofMillis(1_500);

  private static final String LIMITS = "Heuristics.Limits.Exceeded";

  /// What clamd (at least up to 1.4) reports for files that exceed its limits without a name for
  /// the limit (https://github.com/Cisco-Talos/clamav/issues/720). Signatures always have names.
  private static final String NAMELESS = "(null)";

  private static final String FOUND = " FOUND";
  private static final String STREAM = "stream: ";
  private static final Duration ALERTS_CACHED = Duration.ofMinutes(10);

  private final List<ClamdAddress> addresses;
  private final ClamdSettings settings;
  private final Clock clock;
  private final AtomicInteger lastGood = new AtomicInteger();
  private final Map<ClamdAddress, Alerts> alerts = new ConcurrentHashMap<>();

  /// Whether a clamd has `AlertExceedsMax` set, and when that was tested.
  private record Alerts(boolean set, Instant asked) {}

  /// The state of a clamd.
  ///
  /// @param answers whether it responds
  /// @param version of the program and its signatures; the reason if it does not respond
  /// @param alerts whether it reports files that exceed its limits
  public record Health(ClamdAddress address, boolean answers, String version, boolean alerts) {}

  /// @param addresses at least one
  public ClamdScanner(List<ClamdAddress> addresses, ClamdSettings settings, Clock clock) {
    if (addresses.isEmpty()) {
      throw new IllegalArgumentException("a scanner needs an address");
    }
    this.addresses = List.copyOf(addresses);
    this.settings = settings;
    this.clock = clock;
  }

  /// Scans a file.
  ///
  /// @throws IOException when the file cannot be read
  public ScanResult scan(Path file) throws IOException {
    long size = Files.size(file);
    if (size > settings.maxFileBytes()) {
      return new ScanResult.TooLarge(
          size + " bytes exceed the limit of " + settings.maxFileBytes());
    }
    List<String> failures = new ArrayList<>();
    int first = lastGood.get();
    for (int i = 0; i < addresses.size(); i++) {
      int index = (first + i) % addresses.size();
      ClamdAddress address = addresses.get(index);
      ScanResult result = scanAt(address, file);
      if (result instanceof ScanResult.Unavailable(String reason)) {
        failures.add(address + ": " + reason);
        alerts.remove(address);
      } else {
        lastGood.set(index);
        return result;
      }
    }
    return new ScanResult.Unavailable(String.join("; ", failures));
  }

  /// The state of every address, for the start-up banner and the readiness check. Checks all of
  /// them concurrently within a time limit.
  public List<Health> health() {
    List<FutureTask<Health>> asked =
        addresses.stream().map(address -> new FutureTask<>(() -> health(address))).toList();
    asked.forEach(task -> Thread.ofVirtual().name("clamd-health").start(task));
    long until = System.nanoTime() + HEALTH.toNanos();
    List<Health> found = new ArrayList<>();
    for (int i = 0; i < addresses.size(); i++) {
      found.add(health(addresses.get(i), asked.get(i), until - System.nanoTime()));
    }
    return found;
  }

  private static Health health(ClamdAddress address, FutureTask<Health> asked, long nanos) {
    try {
      return asked.get(nanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Health(address, false, "interrupted", false);
    } catch (ExecutionException | TimeoutException e) {
      return new Health(address, false, "no answer in time", false);
    }
  }

  private Health health(ClamdAddress address) {
    try {
      if (!ask(address, "PING").equals("PONG")) {
        return new Health(address, false, "it is not a clamd", false);
      }
      return new Health(address, true, ask(address, "VERSION"), alerts(address));
    } catch (IOException e) {
      return new Health(address, false, String.valueOf(e.getMessage()), false);
    }
  }

  private ScanResult scanAt(ClamdAddress address, Path file) throws IOException {
    Answer answer = stream(address, file, Long.MAX_VALUE);
    if (answer.closedOnUs() && isAlive(address)) {
      // clamd closes the connection at its size limit, and its message about that may get lost. So
      // send the file again and pause where the connection broke, to leave time for the message.
      // Without it nothing is known about the file: a clamd without free threads, or a proxy,
      // closes the connection in the same way.
      answer = stream(address, file, answer.sent() - MAX_BUFFERED_BYTES);
    }
    ScanResult result = understood(answer);
    if (result instanceof ScanResult.Clean
        && !settings.trustsArchivesWithoutAlerts()
        && Archives.mayUnpack(file)) {
      try {
        return alerts(address)
            ? result
            : new ScanResult.TooLarge(
                "an archive, and "
                    + address
                    + " does not report skipped content:"
                    + " set AlertExceedsMax yes");
      } catch (IOException e) {
        return new ScanResult.Unavailable(String.valueOf(e.getMessage()));
      }
    }
    return result;
  }

  /// @param text clamd's answer; empty if there was none
  /// @param failure the error; empty if there was none
  /// @param closedOnUs whether clamd closed the connection while the file was being sent
  /// @param sent how many bytes of the file were written by then
  private record Answer(String text, String failure, boolean closedOnUs, long sent) {
    Answer(String text, String failure) {
      this(text, failure, false, 0);
    }
  }

  private Answer stream(ClamdAddress address, Path file, long haltFrom) throws IOException {
    try (InputStream content = Files.newInputStream(file)) {
      return stream(address, content, haltFrom);
    }
  }

  private Answer stream(ClamdAddress address, InputStream content, long haltFrom) {
    try (ClamdConnection connection =
        ClamdConnection.open(address, settings.connecting(), settings.scanning())) {
      connection.command("INSTREAM");
      try {
        connection.stream(content, haltFrom);
      } catch (IOException broken) {
        String text = connection.answerBehindFailure();
        return new Answer(
            text, String.valueOf(broken.getMessage()), text.isEmpty(), connection.sent());
      }
      return new Answer(connection.answer(), "");
    } catch (IOException e) {
      return new Answer("", String.valueOf(e.getMessage()));
    }
  }

  private static ScanResult understood(Answer answer) {
    String text = answer.text().strip();
    if (text.equals(STREAM + "OK")) {
      return new ScanResult.Clean();
    }
    if (text.startsWith(STREAM) && text.endsWith(FOUND)) {
      String name = text.substring(STREAM.length(), text.length() - FOUND.length());
      return name.startsWith(LIMITS) || name.equals(NAMELESS)
          ? new ScanResult.TooLarge(name)
          : new ScanResult.Infected(name);
    }
    if (text.contains("size limit exceeded")) {
      return new ScanResult.TooLarge(text);
    }
    return new ScanResult.Unavailable(
        text.isEmpty()
            ? answer.failure().isEmpty() ? "closed without an answer" : answer.failure()
            : text);
  }

  private boolean isAlive(ClamdAddress address) {
    try {
      return ask(address, "PING").equals("PONG");
    } catch (IOException down) {
      return false;
    }
  }

  private String ask(ClamdAddress address, String command) throws IOException {
    try (ClamdConnection connection =
        ClamdConnection.open(address, settings.connecting(), settings.connecting())) {
      connection.command(command);
      return connection.answer();
    }
  }

  private boolean alerts(ClamdAddress address) throws IOException {
    Instant now = clock.instant();
    Alerts known = alerts.get(address);
    if (known != null && known.asked().plus(ALERTS_CACHED).isAfter(now)) {
      return known.set();
    }
    Answer answer = stream(address, Archives.nestedTooDeep(), Long.MAX_VALUE);
    boolean set =
        switch (understood(answer)) {
          case ScanResult.TooLarge(String reason) -> reason.startsWith(LIMITS);
          case ScanResult.Clean() -> false;
          case ScanResult.Infected(String name) -> throw new IOException("found " + name);
          case ScanResult.Unavailable(String reason) -> throw new IOException(reason);
        };
    alerts.put(address, new Alerts(set, now));
    return set;
  }
}
