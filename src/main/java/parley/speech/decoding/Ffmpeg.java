package parley.speech.decoding;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/// Where the two programs are: ffmpeg decodes, ffprobe describes.
public final class Ffmpeg {
  private static final Duration ABANDONED = Duration.ofHours(1);
  private static final String UNPACKING = ".unpacking-";

  private final Path decoder;
  private final Path prober;

  private Ffmpeg(Path decoder, Path prober) {
    this.decoder = decoder;
    this.prober = prober;
  }

  /// Programs that are already installed, such as the system's.
  public static Ffmpeg installed(Path ffmpeg, Path ffprobe) {
    return new Ffmpeg(ffmpeg, ffprobe);
  }

  /// The programs that the `org.bytedeco:ffmpeg` jar on the class path brings, unpacked into a
  /// folder of their own under `cacheFolder` unless they are there already and whole. Several
  /// processes may do this at once: each unpacks aside and the first rename wins.
  ///
  /// @throws IllegalStateException when the jar for this platform is not on the class path
  /// @throws IOException when the folder cannot be written
  public static Ffmpeg unpacked(Path cacheFolder) throws IOException {
    String platform = platform();
    String inside = "org/bytedeco/ffmpeg/" + platform + "/";
    URL program = Ffmpeg.class.getClassLoader().getResource(inside + "ffmpeg");
    if (program == null) {
      throw new IllegalStateException(
          "ffmpeg for " + platform + " is not on the class path (org.bytedeco:ffmpeg)");
    }
    if (!(program.openConnection() instanceof JarURLConnection connection)) {
      throw new IllegalStateException("ffmpeg is expected inside a jar, but is at " + program);
    }
    try (JarFile jar =
        new JarFile(Path.of(URI.create(connection.getJarFileURL().toString())).toFile())) {
      List<JarEntry> parts = parts(jar, inside);
      Path folder = cacheFolder.resolve("ffmpeg-" + fingerprint(parts));
      if (!isWhole(folder, parts, inside)) {
        unpack(jar, parts, inside, folder);
      }
      return new Ffmpeg(folder.resolve("ffmpeg"), folder.resolve("ffprobe"));
    }
  }

  /// The program that converts.
  public Path decoder() {
    return decoder;
  }

  /// The program that describes.
  public Path prober() {
    return prober;
  }

  private static String platform() {
    String system =
        System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac") ? "macosx" : "linux";
    String processor =
        switch (System.getProperty("os.arch")) {
          case "aarch64", "arm64" -> "arm64";
          default -> "x86_64";
        };
    return system + "-" + processor + "-gpl";
  }

  /// The programs and the libraries beside them; the `libjni…` ones serve Java bindings that are
  /// not used here.
  private static List<JarEntry> parts(JarFile jar, String inside) {
    List<JarEntry> parts = new ArrayList<>();
    for (JarEntry entry : Collections.list(jar.entries())) {
      String name = entry.getName();
      if (!entry.isDirectory()
          && name.startsWith(inside)
          && name.indexOf('/', inside.length()) < 0
          && !name.startsWith("libjni", inside.length())) {
        parts.add(entry);
      }
    }
    parts.sort(Comparator.comparing(JarEntry::getName));
    return parts;
  }

  /// Another build of the jar gets another folder, so that an upgrade never mixes libraries.
  private static String fingerprint(List<JarEntry> parts) {
    long mixed = 17;
    for (JarEntry part : parts) {
      mixed = mixed * 31 + part.getCrc();
    }
    return Long.toHexString(mixed);
  }

  private static boolean isWhole(Path folder, List<JarEntry> parts, String inside)
      throws IOException {
    for (JarEntry part : parts) {
      Path file = folder.resolve(part.getName().substring(inside.length()));
      if (!Files.isExecutable(file) || Files.size(file) != part.getSize()) {
        return false;
      }
    }
    return true;
  }

  private static void unpack(JarFile jar, List<JarEntry> parts, String inside, Path folder)
      throws IOException {
    Path parent = Files.createDirectories(folder.toAbsolutePath().getParent());
    removeAbandoned(parent);
    Path aside = Files.createTempDirectory(parent, UNPACKING);
    try {
      for (JarEntry part : parts) {
        Path file = aside.resolve(part.getName().substring(inside.length()));
        try (InputStream content = jar.getInputStream(part)) {
          Files.copy(content, file);
        }
        if (!file.toFile().setExecutable(true, false)) {
          throw new IOException("Could not make " + file + " executable");
        }
      }
      if (Files.exists(folder)) {
        // Damaged, or another process finished first: only the damaged one has to go.
        if (isWhole(folder, parts, inside)) {
          return;
        }
        remove(folder);
      }
      rename(aside, folder);
    } finally {
      remove(aside);
    }
    if (!isWhole(folder, parts, inside)) {
      throw new IOException("ffmpeg could not be unpacked to " + folder);
    }
  }

  private static void rename(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      throw new IOException("The folder " + to.getParent() + " does not rename atomically", e);
    } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
      // Another process was first; what it put there is checked by the caller.
    }
  }

  private static void removeAbandoned(Path parent) throws IOException {
    Instant limit = Instant.now().minus(ABANDONED);
    try (Stream<Path> entries = Files.list(parent)) {
      for (Path entry : entries.toList()) {
        if (entry.getFileName().toString().startsWith(UNPACKING)
            && Files.getLastModifiedTime(entry).toInstant().isBefore(limit)) {
          remove(entry);
        }
      }
    }
  }

  private static void remove(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> content = Files.walk(folder)) {
      for (Path path : content.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
