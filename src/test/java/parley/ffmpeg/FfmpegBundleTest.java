package parley.ffmpeg;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FfmpegBundleTest {
  @TempDir Path cache;

  @Test
  void unpacksBothProgramsReadyToRun() throws IOException, InterruptedException {
    Ffmpeg ffmpeg = FfmpegBundle.unpacked(cache);
    for (Path program : List.of(ffmpeg.ffmpeg(), ffmpeg.ffprobe())) {
      Process process =
          ffmpeg
              .findingLibraries(new ProcessBuilder(program.toString(), "-version"))
              .redirectErrorStream(true)
              .start();
      assertThat(new String(process.getInputStream().readAllBytes(), UTF_8)).contains("version");
      assertThat(process.waitFor()).isZero();
    }
  }

  /// On arm64, FFmpeg depends on libraries that its jar does not have.
  @ParameterizedTest
  @ValueSource(strings = {"linux-x86_64", "linux-arm64"})
  void bringsEveryLibraryThatWasBuiltForThePlatform(String platform) throws IOException {
    List<String> built;
    try (Stream<Path> files = Files.list(Path.of("src/main/resources/ffmpeg", platform))) {
      built =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> !name.equals("confine"))
              .sorted()
              .toList();
    }

    assertThat(built).isNotEmpty();
    assertThat(FfmpegBundle.withOwn(List.of(), platform).stream().map(BundledFile::name))
        .containsExactlyElementsOf(built);
  }

  @Test
  void unpacksOnceForConcurrentCallers() throws Exception {
    try (ExecutorService many = Executors.newFixedThreadPool(4)) {
      List<Future<Ffmpeg>> started =
          many.invokeAll(Stream.generate(() -> unpacking()).limit(4).toList());
      for (Future<Ffmpeg> one : started) {
        assertThat(Files.isExecutable(one.get().ffmpeg())).isTrue();
      }
    }
    try (Stream<Path> entries = Files.list(cache)) {
      assertThat(entries).hasSize(1);
    }
  }

  @Test
  void repairsDamagedFiles() throws IOException {
    Path program = FfmpegBundle.unpacked(cache).ffmpeg();
    long size = Files.size(program);
    Files.writeString(program, "half");
    assertThat(Files.size(FfmpegBundle.unpacked(cache).ffmpeg())).isEqualTo(size);
  }

  @Test
  void removesWhatACrashLeftBehind() throws IOException {
    Path old = Files.createDirectory(cache.resolve(".unpacking-1"));
    Files.writeString(old.resolve("ffmpeg"), "half");
    Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
    Path running = Files.createDirectory(cache.resolve(".unpacking-2"));
    FfmpegBundle.unpacked(cache);
    assertThat(old).doesNotExist();
    assertThat(running).exists();
  }

  private Callable<Ffmpeg> unpacking() {
    return () -> FfmpegBundle.unpacked(cache);
  }
}
