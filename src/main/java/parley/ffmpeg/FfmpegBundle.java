package parley.ffmpeg;

import java.io.ByteArrayInputStream;
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
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/// The programs that the `org.bytedeco:ffmpeg` jar on the class path brings.
///
/// Its library for devices is replaced by one of ours without any (`src/main/native`): it needs
/// libraries of X11, ALSA and PulseAudio, which a server does not have.
public final class FfmpegBundle {
  private static final Duration ABANDONED = Duration.ofHours(1);
  private static final String UNPACKING = ".unpacking-";

  /// One file of the bundle.
  private record Part(String name, long size, long checksum, Content content) {}

  @FunctionalInterface
  private interface Content {
    InputStream open() throws IOException;
  }

  private FfmpegBundle() {}

  /// The programs, unpacked into a folder of their own under `cacheFolder` unless they are there
  /// already and whole. Several processes may do this at once: each unpacks aside and the first
  /// rename wins.
  ///
  /// @throws IOException when there are none for this platform, or the folder cannot be written
  public static Ffmpeg unpacked(Path cacheFolder) throws IOException {
    String platform = platform();
    String inside = "org/bytedeco/ffmpeg/" + platform + "-gpl/";
    URL program = FfmpegBundle.class.getClassLoader().getResource(inside + "ffmpeg");
    if (program == null || !(program.openConnection() instanceof JarURLConnection connection)) {
      throw new IOException("no ffmpeg comes with Parley for " + platform);
    }
    try (JarFile jar =
        new JarFile(Path.of(URI.create(connection.getJarFileURL().toString())).toFile())) {
      List<Part> parts = withoutDevices(parts(jar, inside), platform);
      Path folder = cacheFolder.resolve("ffmpeg-" + fingerprint(parts)).toAbsolutePath();
      if (!isWhole(folder, parts)) {
        unpack(parts, folder);
      }
      return new Ffmpeg(
          folder.resolve("ffmpeg"),
          folder.resolve("ffprobe"),
          folder,
          "bundled",
          DecoderWatch.NONE);
    }
  }

  private static String platform() {
    String system =
        System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac") ? "macosx" : "linux";
    String processor =
        switch (System.getProperty("os.arch")) {
          case "aarch64", "arm64" -> "arm64";
          default -> "x86_64";
        };
    return system + "-" + processor;
  }

  /// The programs and the libraries beside them; the `libjni…` ones serve Java bindings that are
  /// not used here.
  private static List<Part> parts(JarFile jar, String inside) {
    List<Part> parts = new ArrayList<>();
    for (JarEntry entry : Collections.list(jar.entries())) {
      String name = entry.getName();
      if (!entry.isDirectory()
          && name.startsWith(inside)
          && name.indexOf('/', inside.length()) < 0
          && !name.startsWith("libjni", inside.length())) {
        parts.add(
            new Part(
                name.substring(inside.length()),
                entry.getSize(),
                entry.getCrc(),
                () -> jar.getInputStream(entry)));
      }
    }
    parts.sort(Comparator.comparing(Part::name));
    return parts;
  }

  /// The same with our library for devices, on platforms that need it.
  private static List<Part> withoutDevices(List<Part> parts, String platform) throws IOException {
    List<Part> replaced = new ArrayList<>();
    for (Part part : parts) {
      byte[] own = ownLibrary("/ffmpeg/" + platform + "/" + part.name);
      replaced.add(own == null ? part : part(part.name, own));
    }
    return replaced;
  }

  private static byte @Nullable [] ownLibrary(String resource) throws IOException {
    try (InputStream library = FfmpegBundle.class.getResourceAsStream(resource)) {
      return library == null ? null : library.readAllBytes();
    }
  }

  private static Part part(String name, byte[] content) {
    CRC32 checksum = new CRC32();
    checksum.update(content);
    return new Part(
        name, content.length, checksum.getValue(), () -> new ByteArrayInputStream(content));
  }

  /// Another build of the jar gets another folder, so that an upgrade never mixes libraries.
  private static String fingerprint(List<Part> parts) {
    long mixed = 17;
    for (Part part : parts) {
      mixed = mixed * 31 + part.checksum;
    }
    return Long.toHexString(mixed);
  }

  private static boolean isWhole(Path folder, List<Part> parts) throws IOException {
    for (Part part : parts) {
      Path file = folder.resolve(part.name);
      if (!Files.isExecutable(file) || Files.size(file) != part.size) {
        return false;
      }
    }
    return true;
  }

  private static void unpack(List<Part> parts, Path folder) throws IOException {
    Path parent = Files.createDirectories(folder.resolveSibling(""));
    removeAbandoned(parent);
    Path aside = Files.createTempDirectory(parent, UNPACKING);
    try {
      for (Part part : parts) {
        Path file = aside.resolve(part.name);
        try (InputStream content = part.content.open()) {
          Files.copy(content, file);
        }
        if (!file.toFile().setExecutable(true, false)) {
          throw new IOException("could not make " + file + " executable");
        }
      }
      if (Files.exists(folder)) {
        // Damaged, or another process finished first: only the damaged one has to go.
        if (isWhole(folder, parts)) {
          return;
        }
        remove(folder);
      }
      rename(aside, folder);
    } finally {
      remove(aside);
    }
    if (!isWhole(folder, parts)) {
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
