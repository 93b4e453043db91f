package parley.testing;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import parley.app.Main;

/// The program as it is installed, a jar that starts from Java's AOT cache, for tests that start it
/// in a process of its own: that takes half the processor time of a start from the compiled
/// classes.
///
/// It is made on first use, once for all test processes, and again when the classes have changed.
final class InstalledProgram {
  private static final Path FOLDER = Path.of("target/installed-program").toAbsolutePath();

  /// As the launcher starts commands: a test's process is too short-lived for the optimizing
  /// compiler.
  private static final List<String> OPTIONS =
      List.of(
          "-XX:TieredStopAtLevel=1",
          "-XX:+UseSerialGC",
          "--enable-native-access=ALL-UNNAMED",
          "-Xlog:aot*=off",
          "-Xlog:cds*=off",
          "-Dparley.home=" + Path.of("").toAbsolutePath());

  private static @Nullable List<String> command;

  private InstalledProgram() {}

  /// The command line that starts it, without arguments, with further options for the JVM.
  static List<String> command(String... options) throws IOException {
    List<String> all = new ArrayList<>(made());
    all.addAll(1, List.of(options));
    return all;
  }

  private static synchronized List<String> made() throws IOException {
    List<String> known = command;
    if (known == null) {
      known = makeUnlessThere();
      command = known;
    }
    return known;
  }

  private static List<String> makeUnlessThere() throws IOException {
    Files.createDirectories(FOLDER);
    try (FileChannel file =
            FileChannel.open(
                FOLDER.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock _ = file.lock()) {
      Path classes = classes();
      Path made = FOLDER.resolve(fingerprint(classes));
      Path cache = made.resolve("start.aot");
      if (Files.notExists(cache)) {
        forgetOthers();
        Files.createDirectories(made);
        pack(classes, made.resolve("parley.jar"));
        writeCache(made, made.resolve("unfinished.aot"));
        Files.move(made.resolve("unfinished.aot"), cache);
      }
      return start(made, "-XX:AOTCache=" + cache);
    }
  }

  private static Path classes() {
    try {
      return Path.of(Main.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Of the classes' names, sizes and times, and of all that the JVM compares with a cache.
  private static String fingerprint(Path classes) throws IOException {
    CRC32 sum = new CRC32();
    for (Path file : files(classes)) {
      String line = "%s %d %s\n".formatted(file, Files.size(file), Files.getLastModifiedTime(file));
      sum.update(line.getBytes(StandardCharsets.UTF_8));
    }
    String java = System.getProperty("java.home") + Runtime.version() + libraries();
    sum.update(java.getBytes(StandardCharsets.UTF_8));
    return Long.toHexString(sum.getValue());
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static String libraries() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .filter(entry -> entry.endsWith(".jar"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static void forgetOthers() throws IOException {
    try (Stream<Path> old = Files.list(FOLDER)) {
      for (Path made : old.filter(Files::isDirectory).toList()) {
        delete(made);
      }
    }
  }

  private static void pack(Path classes, Path jar) throws IOException {
    try (OutputStream out = Files.newOutputStream(jar);
        ZipOutputStream packed = new ZipOutputStream(out)) {
      packed.setLevel(1);
      Set<Path> folders = new HashSet<>();
      for (Path file : files(classes)) {
        Path name = classes.relativize(file);
        Path folder = name.getParent();
        if (folder != null && folders.add(folder)) {
          // Flyway finds its files by their folder.
          packed.putNextEntry(new ZipEntry(folder + "/"));
        }
        packed.putNextEntry(new ZipEntry(name.toString()));
        Files.copy(file, packed);
        packed.closeEntry();
      }
    }
  }

  /// Runs a server, which writes the cache when it ends.
  private static void writeCache(Path made, Path cache) throws IOException {
    Path data = Files.createTempDirectory("parley-installed-");
    try {
      List<String> serve = start(made, "-XX:AOTCacheOutput=" + cache);
      serve.addAll(List.of("serve", "--port", "0", "--roles", "api,worker"));
      serve.addAll(List.of("--data-dir", data.toString()));
      Process server =
          new ProcessBuilder(serve).redirectError(made.resolve("errors").toFile()).start();
      try (BufferedReader out = server.inputReader(StandardCharsets.UTF_8)) {
        String line = out.readLine();
        while (line != null && !line.startsWith("Parley is listening")) {
          line = out.readLine();
        }
        server.toHandle().destroy();
        String after = out.lines().collect(Collectors.joining("\n"));
        int _ = server.waitFor();
        String errors = Files.readString(made.resolve("errors"));
        if (line == null || Files.notExists(cache)) {
          throw new IOException("no server ran to write an AOT cache: " + errors);
        }
        if ((after + errors).contains("AOT")) {
          throw new IOException("users are told how Java writes its cache: " + after + errors);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } finally {
      delete(data);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private static List<String> start(Path made, String option) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(OPTIONS);
    command.add(option);
    command.add("-cp");
    command.add(made.resolve("parley.jar") + File.pathSeparator + libraries());
    command.add("parley.app.Main");
    return command;
  }
}
