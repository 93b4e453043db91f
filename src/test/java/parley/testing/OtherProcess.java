package parley.testing;

import com.sun.security.auth.module.UnixSystem;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A Java program in a separate process, which can be killed. Its output is read line by line.
public final class OtherProcess implements AutoCloseable {
  private final Process process;
  private final BufferedReader lines;

  private OtherProcess(Process process) {
    this.process = process;
    this.lines = process.inputReader(StandardCharsets.UTF_8);
  }

  /// Starts the program as the current user.
  public static OtherProcess start(Class<?> program, String... arguments) throws IOException {
    return start(List.of(), System.getProperty("java.class.path"), program, arguments);
  }

  /// Starts the program as an unprivileged user, which is the current user unless that is root.
  ///
  /// @param shared a directory that such a user can enter, for the required classes
  public static OtherProcess startAsOrdinaryUser(Path shared, Class<?> program, String... arguments)
      throws IOException {
    if (new UnixSystem().getUid() != 0) {
      return start(program, arguments);
    }
    List<String> classPath = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      Path source = Path.of(entry);
      Path target = shared.resolve(classPath.size() + "-" + source.getFileName());
      if (Files.isDirectory(source) || Files.size(source) < 20_000_000) {
        copy(source, target);
        classPath.add(target.toString());
      }
    }
    return start(
        List.of("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"),
        String.join(File.pathSeparator, classPath),
        program,
        arguments);
  }

  private static void copy(Path source, Path target) throws IOException {
    try (Stream<Path> paths = Files.walk(source)) {
      for (Path path : paths.toList()) {
        Path copy = target.resolve(source.relativize(path).toString());
        Files.copy(path, copy);
        Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rwxr-xr-x"));
      }
    }
  }

  private static OtherProcess start(
      List<String> before, String classPath, Class<?> program, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(before);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx128m", "-XX:TieredStopAtLevel=1", "-cp", classPath));
    command.add(program.getName());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("HOME", "/nonexistent");
    return new OtherProcess(builder.start());
  }

  /// Reads the output up to a line with this prefix, and returns the line.
  public String awaitLine(String beginning) throws IOException {
    List<String> read = new ArrayList<>();
    String line = lines.readLine();
    while (line != null && !line.startsWith(beginning)) {
      read.add(line);
      line = lines.readLine();
    }
    if (line == null) {
      throw new AssertionError("it ended before it said " + beginning + ": " + read);
    }
    return line;
  }

  /// Like `kill -9`.
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /// Closes the program's input, which ends the program, and returns its exit status.
  public int end() throws IOException, InterruptedException {
    process.getOutputStream().close();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      throw new AssertionError("it does not end");
    }
    return process.exitValue();
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    lines.close();
  }
}
