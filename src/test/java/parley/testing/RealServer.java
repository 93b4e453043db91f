package parley.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// `parley serve` in a separate process, which can be killed. It uses the embedded PostgreSQL by
/// default; with [TestPostgres#settings] several servers share a database. It has no speech models
/// unless the settings give it that role: they take most of a start.
public final class RealServer implements AutoCloseable {
  private final Process process;
  private final URI address;
  private final @Nullable String key;

  private RealServer(Process process, URI address, @Nullable String key) {
    this.process = process;
    this.address = address;
    this.key = key;
  }

  /// Like [#start(Path, String...)] with settings such as `jobs.workers` → `2`.
  public static RealServer start(Path dataDirectory, Map<String, String> settings)
      throws IOException {
    return start(
        dataDirectory,
        settings.entrySet().stream()
            .map(setting ->
                "PARLEY_"
                    + setting.getKey().toUpperCase(Locale.ROOT).replace('.', '_')
                    + "="
                    + setting.getValue())
            .toArray(String[]::new));
  }

  /// Starts the server and returns when it reports that it listens.
  ///
  /// @param settings environment variables such as `PARLEY_JOBS_WORKERS=2`
  public static RealServer start(Path dataDirectory, String... settings) throws IOException {
    List<String> command = InstalledProgram.command("-Xmx512m");
    command.addAll(List.of("serve", "--port", "0", "--data-dir", dataDirectory.toString()));
    ProcessBuilder builder = new ProcessBuilder(command);
    // Tests poll, faster than the default rate limit allows.
    builder.environment().put("PARLEY_LIMITS_REQUESTS_PER_SECOND", "100000");
    builder.environment().put("PARLEY_LIMITS_BURST", "100000");
    builder.environment().put("PARLEY_SERVER_ROLES", "api,worker");
    for (String setting : settings) {
      String[] parts = setting.split("=", 2);
      builder.environment().put(parts[0], parts[1]);
    }
    builder.redirectError(dataDirectory.resolveSibling("stderr.log").toFile());
    Process process = builder.start();
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    URI address = null;
    String key = null;
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.startsWith("Parley is listening on ")) {
        address = URI.create(line.substring("Parley is listening on ".length()));
      } else if (line.startsWith("key: ")) {
        key = line.substring("key: ".length());
      }
      // Both startup banners end with a line that shows a command.
      if (line.endsWith("/v1/jobs") || line.startsWith("Make a key")) {
        break;
      }
    }
    if (address == null) {
      process.destroyForcibly();
      throw new IOException(
          "the server did not start: "
              + Files.readString(dataDirectory.resolveSibling("stderr.log")));
    }
    return new RealServer(process, address, key);
  }

  /// Limits the size of the server's files, like a full disk does, for every user on every Linux.
  /// The database is not limited.
  public void limitFiles(long bytes) {
    try {
      Process prlimit =
          new ProcessBuilder("prlimit", "--pid", "" + process.pid(), "--fsize=" + bytes + ":")
              .inheritIO()
              .start();
      if (prlimit.waitFor() != 0) {
        throw new IllegalStateException("prlimit failed");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  public URI address() {
    return address;
  }

  /// The API key that the first start prints; null on later starts.
  public @Nullable String key() {
    return key;
  }

  /// A caller with this token.
  public TestCaller caller(String token) {
    return new TestCaller(address, token);
  }

  /// The same user as a caller of this server.
  public TestCaller here(TestCaller elsewhere) {
    return new TestCaller(address, elsewhere);
  }

  /// Kills the process.
  public void kill() {
    process.destroyForcibly();
    waitFor();
  }

  /// Stops the process gracefully and returns its exit status.
  public int terminate() {
    process.destroy();
    return waitFor();
  }

  private int waitFor() {
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new UncheckedIOException(new IOException("the server did not stop in a minute"));
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    if (process.isAlive()) {
      terminate();
    }
  }
}
