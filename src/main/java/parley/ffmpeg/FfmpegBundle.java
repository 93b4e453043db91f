package parley.ffmpeg;

import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/// The programs in the `org.bytedeco:ffmpeg` jar on the class path.
///
/// Its libavdevice is replaced by our own build without any devices (`src/main/native`), because it
/// depends on the libraries of X11, ALSA and PulseAudio, which servers do not have. On some
/// platforms it lacks libraries for graphics hardware that it depends on, and gets ours.
public final class FfmpegBundle {
  /// The libraries that this project builds, each for the platforms that need it.
  private static final List<String> OWN =
      List.of("libavdevice.so.62", "libdrm.so.2", "libva-drm.so.2", "libva.so.2");

  private FfmpegBundle() {}

  /// Unpacks the programs into a folder under `cacheFolder`, unless they are already there and
  /// complete. Safe for several processes at once: each unpacks into a temporary folder, and the
  /// first rename wins.
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
          new BundledFolder("ffmpeg", withOwn(files(jar, inside), platform)).unpacked(cacheFolder);
      return new Ffmpeg(
          folder.resolve("ffmpeg"),
          folder.resolve("ffprobe"),
          folder,
          "bundled",
          Confinement.NONE,
          DecoderHealth.NONE);
    }
  }

  /// The programs and their libraries, without the `libjni…` ones, which belong to unused Java
  /// bindings.
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
    return files;
  }

  /// Adds the libraries that this project builds for the platform, in place of any of the same
  /// name.
  static List<BundledFile> withOwn(List<BundledFile> files, String platform) throws IOException {
    Map<String, BundledFile> all = new TreeMap<>();
    files.forEach(file -> all.put(file.name(), file));
    for (String name : OWN) {
      BundledFile.own(name, platform).ifPresent(own -> all.put(name, own));
    }
    return List.copyOf(all.values());
  }
}
