package parley.testing;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import parley.ffmpeg.Ffmpeg;

/// An ffmpeg and ffprobe for one test, which work until the test replaces them.
public final class TestDecoder {
  private final Path bin;
  private final Path libraries;

  /// @param folder is created for the two programs; the decoder's user must be able to enter it
  public TestDecoder(Path folder) throws IOException {
    bin = Files.createDirectories(folder.resolve("bin"));
    // The layout of an installation: a confined program can read the `lib` directory next to its
    // own.
    libraries = Files.createDirectory(folder.resolve("lib"));
    Files.setPosixFilePermissions(
        folder.toAbsolutePath().getParent(), PosixFilePermissions.fromString("rwxr-xr-x"));
    try (Stream<Path> bundled = Files.list(Objects.requireNonNull(Programs.media().libraries()))) {
      for (Path file : bundled.toList()) {
        link(libraries.resolve(file.getFileName()), file);
      }
    }
    repair();
  }

  private static void link(Path link, Path file) throws IOException {
    try {
      Files.createLink(link, file);
    } catch (FileSystemException otherDevice) {
      Files.copy(file, link, StandardCopyOption.COPY_ATTRIBUTES);
    }
  }

  /// The settings that make a server use them.
  public Map<String, String> settings() {
    return Map.of("media.ffmpeg", bin.resolve("ffmpeg").toString());
  }

  public Ffmpeg programs() {
    return Ffmpeg.installed(bin.resolve("ffmpeg"), bin.resolve("ffprobe"), "a test's");
  }

  /// Restores the bundled programs.
  public void repair() throws IOException {
    prepend("");
  }

  /// Makes the bundled programs run these shell commands first; see [#become].
  public void prepend(String script) throws IOException {
    String start = script + "\nLD_LIBRARY_PATH=" + libraries + " exec " + libraries;
    put("ffmpeg", start + "/ffmpeg \"$@\"");
    put("ffprobe", start + "/ffprobe \"$@\"");
  }

  /// Makes the bundled programs wait when they are started with these arguments, without using the
  /// processor, until the caller closes what this returns.
  public Closeable hold(String arguments) throws IOException {
    // A confined program may read what is beside its libraries. To open a pipe that nobody writes
    // to is to wait.
    Path gate = libraries.resolve("gate");
    Files.deleteIfExists(gate);
    makePipe(gate);
    prepend("case \"$*\" in *'%s'*) read -r end <%s ;; esac".formatted(arguments, gate));
    return () -> {
      repair();
      new RandomAccessFile(gate.toFile(), "rw").close();
    };
  }

  private static void makePipe(Path pipe) throws IOException {
    try {
      if (new ProcessBuilder("mkfifo", "-m", "644", pipe.toString()).start().waitFor() != 0) {
        throw new IOException("cannot make the pipe " + pipe);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /// Replaces both programs by one that runs these shell commands. In a server it can start a
  /// process only by `exec`.
  public void become(String script) {
    try {
      put("ffmpeg", script);
      put("ffprobe", script);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Removes the execute permission.
  public void forbid() {
    if (!bin.resolve("ffmpeg").toFile().setExecutable(false, false)
        || !bin.resolve("ffprobe").toFile().setExecutable(false, false)) {
      throw new IllegalStateException("the programs cannot be changed");
    }
  }

  /// Deletes both programs.
  public void remove() {
    try {
      Files.delete(bin.resolve("ffmpeg"));
      Files.delete(bin.resolve("ffprobe"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Atomic, because the server may be starting one of them.
  private void put(String name, String script) throws IOException {
    Path made = bin.resolve(name + ".new");
    Files.writeString(made, "#!/bin/sh\n" + script + "\n");
    if (!made.toFile().setExecutable(true, false)) {
      throw new IOException("cannot make " + made + " executable");
    }
    Files.move(made, bin.resolve(name), StandardCopyOption.ATOMIC_MOVE);
  }
}
