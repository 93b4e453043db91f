package parley.ffmpeg;

import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/// The programs that the `org.bytedeco:ffmpeg` jar on the class path brings.
///
/// Its library for devices is replaced by one of ours without any (`src/main/native`): it needs
/// libraries of X11, ALSA and PulseAudio, which a server does not have.
public final class FfmpegBundle {
  private FfmpegBundle() {}

  /// The programs, unpacked into a folder of their own under `cacheFolder` unless they are there
  /// already and whole. Several processes may do this at once: each unpacks aside and the first
  /// rename wins.
  ///
  /// @throws IOException when there are none for this platform, or the folder cannot be written
  public static Ffmpeg unpacked(Path cacheFolder) throws IOException {
    String platform = BundledFile.platform();
    String inside = "org/bytedeco/ffmpeg/" + platform + "-gpl/";
    URL program = FfmpegBundle.class.getClassLoader().getResource(inside + "ffmpeg");
    if (program == null || !(program.openConnection() instanceof JarURLConnection connection)) {
      throw new IOException("no ffmpeg comes with Parley for " + platform);
    }
    try (JarFile jar =
        new JarFile(Path.of(URI.create(connection.getJarFileURL().toString())).toFile())) {
      Path folder =
          new BundledFolder("ffmpeg", withoutDevices(files(jar, inside))).unpacked(cacheFolder);
      return new Ffmpeg(
          folder.resolve("ffmpeg"),
          folder.resolve("ffprobe"),
          folder,
          "bundled",
          Confinement.NONE,
          DecoderHealth.NONE);
    }
  }

  /// The programs and the libraries beside them; the `libjni…` ones serve Java bindings that are
  /// not used here.
  private static List<BundledFile> files(JarFile jar, String inside) {
    List<BundledFile> files = new ArrayList<>();
    for (JarEntry entry : Collections.list(jar.entries())) {
      String name = entry.getName();
      if (!entry.isDirectory()
          && name.startsWith(inside)
          && name.indexOf('/', inside.length()) < 0
          && !name.startsWith("libjni", inside.length())) {
        files.add(
            new BundledFile(
                name.substring(inside.length()),
                entry.getSize(),
                entry.getCrc(),
                () -> jar.getInputStream(entry)));
      }
    }
    files.sort(Comparator.comparing(BundledFile::name));
    return files;
  }

  /// The same with our library for devices, on platforms that need it.
  private static List<BundledFile> withoutDevices(List<BundledFile> files) throws IOException {
    List<BundledFile> replaced = new ArrayList<>();
    for (BundledFile file : files) {
      replaced.add(BundledFile.own(file.name()).orElse(file));
    }
    return replaced;
  }
}
