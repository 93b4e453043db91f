package parley.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A real S3 server, versitygw, on a directory of its own. The caller closes it.
public final class TestS3 implements AutoCloseable {
  private static final String ACCESS_KEY = "tester";
  private static final String SECRET_KEY = "secret of the tester";

  private static @Nullable TestS3 shared;

  private final Path folder;
  private final int port;
  private Process process;

  private TestS3(Path folder, int port, Process process) {
    this.folder = folder;
    this.port = port;
    this.process = process;
  }

  /// The server that tests share, each with its own buckets. It ends with the JVM.
  public static synchronized TestS3 shared() {
    TestS3 running = shared;
    if (running == null) {
      running = start();
      Runtime.getRuntime().addShutdownHook(new Thread(running::close));
      shared = running;
    }
    return running;
  }

  /// Starts a server and waits until it answers.
  public static TestS3 start() {
    try {
      Path folder = Files.createTempDirectory("parley-s3-");
      int port = FreePort.any();
      TestS3 started = new TestS3(folder, port, run(folder, port));
      started.awaitAnswer();
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Process run(Path folder, int port) throws IOException {
    Path buckets = Files.createDirectories(folder.resolve("buckets"));
    ProcessBuilder builder =
        new ProcessBuilder(
            Programs.installed("versitygw").toString(),
            "--access",
            ACCESS_KEY,
            "--secret",
            SECRET_KEY,
            "--region",
            "eu-test-1",
            "--port",
            "127.0.0.1:" + port,
            "posix",
            buckets.toString());
    return builder
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("output").toFile())
        .start();
  }

  private void awaitAnswer() throws IOException {
    try {
      Eventually.holds("versitygw answers", this::answers);
    } catch (Exception | AssertionError e) {
      String output = Files.readString(folder.resolve("output"));
      close();
      throw new IllegalStateException("versitygw did not start: " + output, e);
    }
  }

  private boolean answers() {
    try (Socket open = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return open.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /// Creates a bucket.
  public Bucket newBucket() {
    try {
      String name = "bucket-" + UUID.randomUUID();
      return new Bucket(this, name, Files.createDirectory(folder.resolve("buckets").resolve(name)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A bucket.
  ///
  /// @param folder where versitygw stores its objects, each as a file of the same name
  public record Bucket(TestS3 server, String name, Path folder) {
    /// The settings that make a server store its files here, under a prefix.
    public Map<String, String> settings() {
      return new HashMap<>(
          Map.of(
              "storage.kind",
              "s3",
              "storage.endpoint",
              server.endpoint().toString(),
              "storage.region",
              "eu-test-1",
              "storage.bucket",
              name,
              "storage.access_key",
              ACCESS_KEY,
              "storage.secret_key",
              SECRET_KEY,
              "storage.prefix",
              "parley"));
    }

    /// The names of all objects except the store's marker.
    public List<String> objects() {
      try (Stream<Path> files = Files.walk(folder)) {
        return files
            .filter(Files::isRegularFile)
            .map(file -> folder.relativize(file).toString())
            .filter(name -> !name.endsWith("store-id"))
            .sorted()
            .toList();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /// Kills the process; its address stays the same.
  public void kill() {
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Restarts it at the same address with its objects.
  public void restart() {
    try {
      process = run(folder, port);
      awaitAnswer();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    kill();
    try (Stream<Path> left = Files.walk(folder)) {
      for (Path path : left.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
