package parley.testing;

import java.io.IOException;
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

/// An ffmpeg and an ffprobe of a test's own, which work until they are replaced by something else.
public final class TestDecoder {
  private final Path bin;
  private final Path libraries;

  /// @param folder to be made, for the two programs; the decoder's user has to reach it
  public TestDecoder(Path folder) throws IOException {
    bin = Files.createDirectories(folder.resolve("bin"));
    // As programs are installed: what is confined may read the folder `lib` beside its own.
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

  /// What makes a server use them.
  public Map<String, String> settings() {
    return Map.of("media.ffmpeg", bin.resolve("ffmpeg").toString());
  }

  public Ffmpeg programs() {
    return Ffmpeg.installed(bin.resolve("ffmpeg"), bin.resolve("ffprobe"), "a test's");
  }

  /// Puts the bundled programs back.
  public void repair() throws IOException {
    String start = "LD_LIBRARY_PATH=" + libraries + " exec " + libraries;
    put("ffmpeg", start + "/ffmpeg \"$@\"");
    put("ffprobe", start + "/ffprobe \"$@\"");
  }

  /// Replaces both programs by one that runs these commands of a shell, which in a server may start
  /// no process but by `exec`.
  public void become(String script) {
    try {
      put("ffmpeg", script);
      put("ffprobe", script);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Takes away the right to start them.
  public void forbid() {
    if (!bin.resolve("ffmpeg").toFile().setExecutable(false, false)
        || !bin.resolve("ffprobe").toFile().setExecutable(false, false)) {
      throw new IllegalStateException("the programs cannot be changed");
    }
  }

  /// Takes them away.
  public void remove() {
    try {
      Files.delete(bin.resolve("ffmpeg"));
      Files.delete(bin.resolve("ffprobe"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// In one step, since a test may be running one of them.
  private void put(String name, String script) throws IOException {
    Path made = bin.resolve(name + ".new");
    Files.writeString(made, "#!/bin/sh\n" + script + "\n");
    if (!made.toFile().setExecutable(true, false)) {
      throw new IOException("cannot make " + made + " executable");
    }
    Files.move(made, bin.resolve(name), StandardCopyOption.ATOMIC_MOVE);
  }
}
