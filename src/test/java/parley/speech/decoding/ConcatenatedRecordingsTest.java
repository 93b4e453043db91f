package parley.speech.decoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.commons.io.function.Uncheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.speech.Recordings;

/// Recorders that were stopped and started again, in files and streams.
class ConcatenatedRecordingsTest {
  /// The lengths of the recordings, in seconds.
  private static final double[] LENGTHS = {2, 1, 3};

  private static final double TOTAL = 6;

  /// The id of the elements of a WebM that contain sound.
  private static final byte[] CLUSTER = {0x1F, 0x43, (byte) 0xB6, 0x75};

  @TempDir Path folder;
  private final AudioDecoder decoder = Recordings.decoder();

  @ParameterizedTest
  @CsvSource({
    "aiff, pcm_s16be, 44100",
    "caf, pcm_s16le, 44100",
    "w64, pcm_s16le, 44100",
    "wav, pcm_s16le, 44100",
    "wav, adpcm_ms, 44100",
    "rf64, pcm_s16le, 44100",
    "flv, aac, 44100",
    "wv, wavpack, 44100",
    "tta, tta, 44100",
    "asf, wmav2, 44100",
    "voc, pcm_s16le, 16000",
    "amr, libopencore_amrnb, 8000",
    "amr, libvo_amrwbenc, 16000",
    "webm, libopus, 48000",
    "matroska, flac, 44100",
    "mp4, aac, 44100",
    "ogg, flac, 44100",
    "ogg, libopus, 48000",
    "mpegts, aac, 44100",
    "mp3, libmp3lame, 44100",
    "adts, aac, 44100",
    "flac, flac, 44100",
    "au, pcm_s16be, 44100",
    "avi, libmp3lame, 44100"
  })
  void areAllHeard(String format, String codec, String rate) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (double length : LENGTHS) {
      all.write(recorded(format, codec, rate, length));
    }
    Path file = Files.write(folder.resolve("all"), all.toByteArray());

    // Compressed formats round each recording up to a frame.
    assertThat(secondsOf(file)).as("file").isCloseTo(TOTAL, within(0.35));
    assertThat(secondsStreamed(all.toByteArray())).as("stream").isCloseTo(TOTAL, within(0.35));
  }

  @Test
  void mayIncludeSomeThatWereStoppedAtOnce() throws IOException {
    byte[] sound = recorded("webm", "libopus", "48000", 2);
    byte[] header = Arrays.copyOf(sound, indexOf(sound, CLUSTER));
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : List.of(header, sound, header, sound, header)) {
      all.write(part);
    }
    assertThat(secondsStreamed(all.toByteArray())).as("stream").isCloseTo(4, within(0.1));
    Path file = Files.write(folder.resolve("all"), all.toByteArray());
    assertThat(secondsOf(file)).as("file").isCloseTo(4, within(0.1));

    assertThatExceptionOfType(Problem.class)
        .isThrownBy(() -> secondsStreamed(header))
        .withMessageContaining("no audio");
  }

  private static int indexOf(byte[] bytes, byte[] wanted) {
    int at = 0;
    while (Arrays.compare(bytes, at, at + wanted.length, wanted, 0, wanted.length) != 0) {
      at++;
    }
    return at;
  }

  private byte[] recorded(String format, String codec, String rate, double seconds)
      throws IOException {
    Path file = folder.resolve("recording");
    boolean rf64 = format.equals("rf64");
    byte[] none =
        Recordings.converted(
            Recordings.recording("jfk-3s.flac"),
            "-t",
            String.valueOf(seconds),
            "-ar",
            rate,
            "-c:a",
            codec,
            rf64 ? "-rf64" : "-ac",
            rf64 ? "always" : "1",
            "-movflags",
            "frag_keyframe+empty_moov+default_base_moof",
            "-y",
            "-f",
            rf64 ? "wav" : format,
            // A file, in which headers can tell lengths afterwards.
            file.toString(),
            "-t",
            "0",
            "-f",
            "null");
    assertThat(none).isEmpty();
    return Files.readAllBytes(file);
  }

  private double secondsOf(Path file) throws IOException {
    try (AudioStream audio = decoder.open(file)) {
      float[] second = new float[AudioDecoder.SAMPLE_RATE];
      while (audio.read(second) > 0) {
        // The stream counts.
      }
      return audio.position().toMillis() / 1000.0;
    }
  }

  private double secondsStreamed(byte[] all) throws IOException {
    AtomicLong samples = new AtomicLong();
    // As a stream is decoded whose format is not announced truly.
    SampleSink sink = (heard, count) -> samples.addAndGet(count);
    try (SoundDecoder stream =
        new WavDecoder(sink, each -> Uncheck.get(() -> decoder.stream(StreamFormat.ANY, each)))) {
      Random random = new Random(1);
      for (int at = 0; at < all.length; ) {
        int count = Math.min(all.length - at, 1 + random.nextInt(4_000));
        stream.write(ByteBuffer.wrap(all, at, count));
        at += count;
      }
      stream.end();
    }
    return samples.doubleValue() / AudioDecoder.SAMPLE_RATE;
  }

  @Test
  void areRefusedIfThereAreTooMany() throws IOException {
    byte[] one = "Creative Voice File\u001a".getBytes(StandardCharsets.ISO_8859_1);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int i = 0; i < 1_001; i++) {
      all.write(one);
    }
    Path file = Files.write(folder.resolve("many"), all.toByteArray());

    assertThatExceptionOfType(Problem.class)
        .isThrownBy(() -> decoder.open(file))
        .satisfies(problem -> {
          assertThat(problem.code()).isEqualTo(ProblemCode.UNSUPPORTED_MEDIA);
          assertThat(problem).hasMessageContaining("more than 1000 recordings");
        });
  }
}
