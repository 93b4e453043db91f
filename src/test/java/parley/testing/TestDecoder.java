package parley.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Objects;
import parley.ffmpeg.Ffmpeg;

/// An ffmpeg and an ffprobe of a test's own, which work until they are replaced by something else.
public final class TestDecoder {
  private final Path folder;

  /// @param folder to be made, for the two programs
  public TestDecoder(Path folder) throws IOException {
    this.folder = Files.createDirectories(folder);
    repair();
  }

  /// What makes a server use them.
  public Map<String, String> settings() {
    return Map.of("media.ffmpeg", folder.resolve("ffmpeg").toString());
  }

  public Ffmpeg programs() {
    return Ffmpeg.installed(folder.resolve("ffmpeg"), folder.resolve("ffprobe"), "a test's");
  }

  /// Puts the bundled programs back.
  public void repair() throws IOException {
    prepend("");
  }

  /// Has the bundled programs run these commands of a shell first.
  public void prepend(String script) throws IOException {
    Ffmpeg bundled = Programs.media();
    String libraries = "LD_LIBRARY_PATH=" + Objects.requireNonNull(bundled.libraries());
    String start = script + "\n" + libraries + " exec ";
    put("ffmpeg", start + bundled.ffmpeg() + " \"$@\"");
    put("ffprobe", start + bundled.ffprobe() + " \"$@\"");
  }

  /// Replaces both programs by one that runs these commands of a shell.
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
    if (!folder.resolve("ffmpeg").toFile().setExecutable(false)
        || !folder.resolve("ffprobe").toFile().setExecutable(false)) {
      throw new IllegalStateException("the programs cannot be changed");
    }
  }

  /// Takes them away.
  public void remove() {
    try {
      Files.delete(folder.resolve("ffmpeg"));
      Files.delete(folder.resolve("ffprobe"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// In one step, since a test may be running one of them.
  private void put(String name, String script) throws IOException {
    Path made = folder.resolve(name + ".new");
    Files.writeString(made, "#!/bin/sh\n" + script + "\n");
    if (!made.toFile().setExecutable(true)) {
      throw new IOException("cannot make " + made + " executable");
    }
    Files.move(made, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
  }
}
