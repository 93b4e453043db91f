package parley.speech;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import parley.ffmpeg.Ffmpeg;
import parley.ffmpeg.FfmpegBundle;
import parley.speech.decoding.AudioDecoder;
import parley.speech.decoding.AudioStream;
import parley.speech.decoding.DecodingLimits;
import parley.testing.Programs;

/// The recordings of the tests, and ways to make more.
public final class Recordings {
  /// Where the tests unpack ffmpeg, once for all of them.
  public static final Path CACHE = Path.of("target", "ffmpeg");

  private Recordings() {}

  /// A file of `src/test/resources/speech`.
  public static Path recording(String name) {
    URL found = Objects.requireNonNull(Recordings.class.getResource("/speech/" + name), name);
    try {
      return Path.of(found.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /// The first half minute of a recording, 16 kHz.
  public static float[] samples(String name) throws IOException {
    try (AudioStream audio = decoder().open(recording(name))) {
      float[] samples = new float[30 * AudioDecoder.SAMPLE_RATE];
      return Arrays.copyOf(samples, audio.read(samples));
    }
  }

  /// A decoder with the usual limits.
  public static AudioDecoder decoder() {
    return new AudioDecoder(ffmpeg(), DecodingLimits.DEFAULT);
  }

  public static Ffmpeg ffmpeg() {
    try {
      return FfmpegBundle.unpacked(CACHE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Writes samples as a 16 kHz mono WAV of 32-bit floats.
  public static Path wav(Path file, float[] samples) throws IOException {
    return wav(file, samples, 1);
  }

  /// Writes the two sides of a call, one in each channel; the shorter one is followed by silence.
  public static Path stereo(Path file, float[] left, float[] right) throws IOException {
    float[] both = new float[2 * Math.max(left.length, right.length)];
    for (int i = 0; i < both.length / 2; i++) {
      both[2 * i] = i < left.length ? left[i] : 0;
      both[2 * i + 1] = i < right.length ? right[i] : 0;
    }
    return wav(file, both, 2);
  }

  private static Path wav(Path file, float[] samples, int channels) throws IOException {
    ByteBuffer content =
        ByteBuffer.allocate(44 + samples.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    content.put("RIFF".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    content.putInt(36 + samples.length * 4);
    content.put("WAVEfmt ".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    content.putInt(16).putShort((short) 3).putShort((short) channels);
    content.putInt(16_000).putInt(64_000 * channels);
    content.putShort((short) (4 * channels)).putShort((short) 32);
    content.put("data".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    content.putInt(samples.length * 4);
    for (float sample : samples) {
      content.putFloat(sample);
    }
    return Files.write(file, content.array());
  }

  /// The recording in another shape.
  ///
  /// @param options of ffmpeg for its output
  public static byte[] converted(Path recording, String... options) throws IOException {
    List<String> arguments =
        new ArrayList<>(List.of("-v", "error", "-nostdin", "-i", recording.toString()));
    arguments.addAll(List.of(options));
    arguments.add("-");
    Process child =
        Programs.ffmpeg(arguments).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    return child.getInputStream().readAllBytes();
  }
}
