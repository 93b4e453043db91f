package parley.speech.decoding;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import parley.ffmpeg.DecoderUnavailable;
import parley.ffmpeg.Ffmpeg;
import parley.problem.Problem;
import parley.speech.Recordings;
import parley.testing.TestDecoder;

/// A decoder that fails for reasons of its own never blames the sound.
class BrokenDecoderTest {
  private static final Path SPEECH = Path.of("examples/jfk.flac");

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "echo 'error while loading shared libraries: libx.so.1' >&2; exit 127",
        "exit 126",
        "exit 1",
        "exit 0",
        "cat >/dev/null; exit 0",
        "echo garbage; exit 0",
        "head -c 300000 /dev/urandom",
        "head -c 300000 /dev/urandom >&2; exit 3",
        "kill -9 $$",
        "kill -11 $$",
        "kill -31 $$",
        "exec sleep 1000",
        "echo '[x] Cannot allocate memory' >&2; exit 244",
        "echo 'Error opening input: Too many open files' >&2; exit 232",
      })
  void isNotTakenForAVerdictOnTheSound(String script) throws IOException {
    TestDecoder replaced = new TestDecoder(folder.resolve("decoder"));
    replaced.become(script);
    AudioDecoder decoder = new AudioDecoder(replaced.programs(), DecodingLimits.DEFAULT);

    assertThatThrownBy(() -> read(decoder)).isInstanceOf(DecoderUnavailable.class);
    assertThatThrownBy(() -> stream(decoder)).isInstanceOf(DecoderUnavailable.class);
  }

  @Test
  void blamesTheSoundWithFfmpegsOwnWords() throws IOException {
    Path broken = Files.writeString(folder.resolve("broken.flac"), "x".repeat(40_000));
    AudioDecoder decoder = Recordings.decoder();

    assertThatThrownBy(
            () -> {
              try (AudioStream audio = decoder.open(broken)) {
                audio.read(new float[100]);
              }
            })
        .isInstanceOf(Problem.class)
        .hasMessage("The file is not audio or video, or it is broken");
  }

  @Test
  void isShortOfMemoryAndNotTheSoundBroken() {
    AudioDecoder decoder =
        new AudioDecoder(
            Recordings.ffmpeg(),
            new DecodingLimits(Duration.ofHours(1), Duration.ofMinutes(1), 100L << 20));

    assertThatThrownBy(() -> read(decoder)).isInstanceOf(DecoderUnavailable.class);
  }

  @Test
  void runsOutOfItsTimeAndTheSoundIsNotBroken() throws IOException {
    TestDecoder replaced = new TestDecoder(folder.resolve("decoder"));
    replaced.become("while :; do :; done");
    AudioDecoder decoder =
        new AudioDecoder(
            replaced.programs(),
            new DecodingLimits(Duration.ofHours(1), Duration.ofSeconds(1), 1L << 30));

    assertThatThrownBy(() -> read(decoder)).isInstanceOf(DecoderUnavailable.class);
  }

  @Tag("slow")
  @Test
  void cannotBeStartedWithoutFileHandlesAndTheSoundIsNotBroken() throws Exception {
    Ffmpeg programs = Recordings.ffmpeg();
    Process process =
        new ProcessBuilder(
                "/bin/sh",
                "-c",
                "ulimit -n 300; exec \"$@\"",
                "sh",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                OutOfHandles.class.getName(),
                programs.ffmpeg().toString(),
                programs.ffprobe().toString())
            .redirectErrorStream(true)
            .start();

    assertThat(new String(process.getInputStream().readAllBytes(), UTF_8).strip())
        .isEqualTo(DecoderUnavailable.class.getName());
  }

  /// Opens a recording in a process that has no file handle left.
  static final class OutOfHandles {
    private OutOfHandles() {}

    public static void main(String[] arguments) throws IOException {
      AudioDecoder decoder =
          new AudioDecoder(
              Ffmpeg.installed(Path.of(arguments[0]), Path.of(arguments[1]), "a test's"),
              DecodingLimits.DEFAULT);
      // The classes of both outcomes are loaded before the handles are gone.
      String outcome = outcome(decoder) + new DecoderUnavailable("").problem();
      List<FileInputStream> held = new ArrayList<>();
      try {
        while (true) {
          held.add(new FileInputStream("/dev/null"));
        }
      } catch (IOException none) {
        outcome = outcome(decoder);
      }
      for (FileInputStream handle : held) {
        handle.close();
      }
      System.out.println(outcome);
    }

    private static String outcome(AudioDecoder decoder) {
      try {
        read(decoder);
        return "it was read";
      } catch (IOException | RuntimeException e) {
        return e.getClass().getName();
      }
    }
  }

  private static void read(AudioDecoder decoder) throws IOException {
    try (AudioStream audio = decoder.open(SPEECH)) {
      float[] second = new float[AudioDecoder.SAMPLE_RATE];
      while (audio.read(second) > 0) {
        // To the end, as everybody does.
      }
    }
  }

  private static void stream(AudioDecoder decoder) throws IOException {
    try (SoundDecoder sound = decoder.stream(StreamFormat.ANY, (samples, count) -> {})) {
      sound.write(ByteBuffer.wrap(Files.readAllBytes(SPEECH)));
      sound.end();
    }
  }
}
