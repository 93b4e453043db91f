package parley.app;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.config.Config;
import parley.ffmpeg.ChildLimits;
import parley.ffmpeg.Confinement;
import parley.ffmpeg.DecoderHealth;
import parley.ffmpeg.DecoderUnavailable;
import parley.ffmpeg.Ffmpeg;
import parley.ffmpeg.FfmpegBundle;
import parley.ffmpeg.FfmpegRun;
import parley.health.HealthCheck;

/// Chooses the FFmpeg that the server decodes with: the first that passes the self-test.
///
/// @param programs watched by `health`
/// @param version as FFmpeg tells it
record OpenDecoder(Ffmpeg programs, String version, HealthCheck health) {
  private static final Logger LOG = LoggerFactory.getLogger(OpenDecoder.class);

  private static final Pattern VERSION = Pattern.compile("^ffprobe version (\\S+)");

  /// What is asked for its version may cost next to nothing.
  private static final ChildLimits TELLING =
      new ChildLimits(Duration.ofSeconds(5), Duration.ofSeconds(10), 1L << 30, 0);

  /// Who asks how the node is has an answer in two seconds, the other parts included.
  private static final Duration LOOK = Duration.ofMillis(1_500);

  /// @throws IOException when none works, in one line with what to do
  static OpenDecoder start(Config config, Path dataDirectory, CloseStack opened)
      throws IOException {
    Path scratch = dataDirectory.resolve("thumbnails");
    Confinement confinement = confinement(dataDirectory);
    List<String> refusals = new ArrayList<>();
    for (Candidate candidate : candidates(config.media(), dataDirectory)) {
      try {
        Ffmpeg programs = candidate.find().confinedBy(confinement);
        DecoderSelfTest test = new DecoderSelfTest(programs, scratch);
        test.run();
        HealthCheck health = opened.add(new HealthCheck("The media decoder", test));
        OpenDecoder decoder =
            new OpenDecoder(programs.withHealth(watch(health)), version(programs), health);
        LOG.info(
            "Decoding with {}: {}; {}", decoder.name(), programs.ffmpeg(), confinement.describe());
        return decoder;
      } catch (IOException refusal) {
        refusals.add(candidate.name + ": " + refusal.getMessage());
      }
    }
    throw new IOException(
        "no FFmpeg that works was found ("
            + String.join("; ", refusals)
            + "); install FFmpeg 6 or newer (Debian 13 and Ubuntu 24.04: apt-get install ffmpeg;"
            + " Fedora: dnf install ffmpeg-free; Alpine: apk add ffmpeg), or set media.ffmpeg");
  }

  /// The first that there is, whether it works or not.
  static Ffmpeg unproven(Config config, Path dataDirectory) throws IOException {
    return candidates(config.media(), dataDirectory).getFirst().find();
  }

  /// `ffmpeg 8.0.1, bundled`.
  String name() {
    return "ffmpeg " + version + ", " + programs.origin();
  }

  /// How the decoder is, in words.
  ///
  /// @throws NotReady while it does not pass its self-test
  String state() {
    if (health.check(LOOK).isPresent()) {
      throw new NotReady("it does not pass its self-test");
    }
    return "ok: " + name();
  }

  /// A cache folder may be one that no program can be started from; the data directory is tried
  /// then.
  private static Confinement confinement(Path dataDirectory) {
    List<Path> folders = List.of(Caches.folder(), dataDirectory.resolve("programs"));
    for (Path folder : folders) {
      try {
        return Confinement.unpacked(folder);
      } catch (IOException e) {
        LOG.warn("The decoder cannot be confined from {}: {}", folder, e.toString());
      }
    }
    return Confinement.NONE;
  }

  private static DecoderHealth watch(HealthCheck health) {
    return new DecoderHealth() {
      @Override
      public void requireWorking() throws DecoderUnavailable {
        Optional<String> fault = health.fault();
        if (fault.isPresent()) {
          throw new DecoderUnavailable(fault.get());
        }
      }

      @Override
      public boolean passesSelfTest() {
        return health.checkNow();
      }
    };
  }

  private interface Source {
    Ffmpeg find() throws IOException;
  }

  private record Candidate(String name, Source source) {
    Ffmpeg find() throws IOException {
      return source.find();
    }
  }

  /// What an operator names is taken or nothing. A cache folder may be one that nothing can be
  /// written to or started from; the data directory then holds the programs.
  private static List<Candidate> candidates(Config.Media config, Path dataDirectory) {
    if (config.ffmpeg().isPresent()) {
      Path ffmpeg = config.ffmpeg().get().toAbsolutePath();
      return List.of(
          new Candidate(
              "media.ffmpeg",
              () -> Ffmpeg.installed(ffmpeg, ffmpeg.resolveSibling("ffprobe"), "media.ffmpeg")));
    }
    return List.of(
        new Candidate("bundled", () -> FfmpegBundle.unpacked(Caches.folder())),
        new Candidate(
            "bundled, in the data directory",
            () -> FfmpegBundle.unpacked(dataDirectory.resolve("programs"))),
        new Candidate(
            "PATH", () -> Ffmpeg.installed(onPath("ffmpeg"), onPath("ffprobe"), "from the PATH")));
  }

  private static Path onPath(String program) throws IOException {
    @Nullable String path = System.getenv("PATH");
    return Stream.of((path == null ? "" : path).split(File.pathSeparator, -1))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, program))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(() -> new IOException("there is no " + program));
  }

  private static String version(Ffmpeg programs) throws IOException {
    byte[] told =
        new FfmpegRun(programs, TELLING).ffprobe(Path.of("/dev/null"), List.of("-version"));
    Matcher version = VERSION.matcher(new String(told, StandardCharsets.UTF_8));
    return version.find() ? version.group(1) : "of an unknown version";
  }
}
