package parley.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A real OpenID Connect issuer, which signs in whoever asks by any name and password. The caller
/// closes it.
public final class TestIssuer implements AutoCloseable {
  /// What its tokens are for.
  public static final String AUDIENCE = "https://parley.example.org";

  private static final Path SCRIPT =
      Path.of("src/test/resources/issuer/issuer.mjs").toAbsolutePath();

  private final URI address = URI.create("http://127.0.0.1:" + FreePort.any());
  private @Nullable Process process;

  /// The address of one that does not run yet.
  public URI address() {
    return address;
  }

  /// The settings of a server whose console has people sign in there.
  public Map<String, String> settings() {
    return Map.of(
        "oidc.issuer",
        address.toString(),
        "oidc.audience",
        AUDIENCE,
        "oidc.console_client_id",
        "parley-console");
  }

  /// Starts it, and waits until it listens.
  ///
  /// @param console where people are sent back to
  /// @param tenant in the tokens of everybody but the user `stranger`, who has a made-up one
  /// @param lifetimes of access tokens in turn, in seconds, with commas; the last one is repeated
  /// @param refreshed whether it gives refresh tokens
  public void start(URI console, String tenant, String lifetimes, boolean refreshed) {
    ProcessBuilder program =
        new ProcessBuilder(Programs.installed("node").toString(), SCRIPT.toString())
            .directory(Programs.installed("issuer").toFile())
            .redirectErrorStream(true);
    program
        .environment()
        .putAll(
            Map.of(
                "ISSUER",
                address.toString(),
                "CONSOLE",
                console.toString(),
                "AUDIENCE",
                AUDIENCE,
                "TENANT",
                tenant,
                "LIFETIMES",
                lifetimes,
                "REFRESHED",
                String.valueOf(refreshed)));
    try {
      process = program.start();
      BufferedReader output = process.inputReader();
      StringBuilder said = new StringBuilder();
      for (String line = output.readLine(); !"listening".equals(line); line = output.readLine()) {
        if (line == null) {
          throw new IllegalStateException("the issuer did not start: " + said);
        }
        said.append(line).append('\n');
      }
      Thread.ofVirtual().start(() -> output.lines().forEach(line -> {}));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    if (process != null) {
      process.destroyForcibly();
    }
  }
}
