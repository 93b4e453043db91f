package parley.speech.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static parley.speech.Recordings.recording;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import parley.speech.Recordings;
import parley.speech.transcript.SpeechOptions;
import parley.speech.transcript.Transcript;
import parley.testing.SharedModels;

/// What is spoken is written, however it was recorded; what nobody said is not.
@Tag("slow")
class NothingLostTest {
  private static final String JFK = "jfk.flac";
  private static SpeechEngine engine;

  @TempDir Path folder;

  @BeforeAll
  static void load() throws IOException {
    engine = SharedModels.recogniser();
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  @Test
  void writesASentenceAsOftenAsItWasSaid() throws IOException {
    float[] all = Recordings.samples(JFK);
    // "Ask what you can do for your country."
    float[] sentence = Arrays.copyOfRange(all, (int) (8.1 * 16_000), (int) (10.7 * 16_000));
    int step = sentence.length + (int) (0.8 * 16_000);
    float[] thrice = new float[3 * step];
    for (int i = 0; i < 3; i++) {
      System.arraycopy(sentence, 0, thrice, i * step, sentence.length);
    }
    String text =
        plain(
            engine.transcribe(
                Recordings.wav(folder.resolve("a.wav"), thrice), english(), share -> {}));
    assertThat(text.split("do for your country", -1)).hasSize(4);
  }

  @ParameterizedTest
  @ValueSource(ints = {30, 40, 50, 60})
  void hearsWhoSpeaksIntoAMicrophoneWithItsGainTurnedDown(int decibels) throws IOException {
    assertWhole(converted("flac", "-af", "volume=-" + decibels + "dB", "-f", "flac"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pan=stereo|c0=c0|c1=-1*c0",
        "pan=stereo|c0=0*c0|c1=c0",
        "pan=5.1|c0=0*c0|c1=0*c0|c2=c0|c3=0*c0|c4=-1*c0|c5=0*c0"
      })
  void hearsEveryChannelWhateverItsPhase(String channels) throws IOException {
    assertWhole(converted("flac", "-af", channels, "-f", "flac"));
  }

  @Test
  void hearsATrackBehindASilentOne() throws IOException {
    assertWhole(
        converted(
            "mka",
            "-filter_complex",
            "[0:a]volume=0[silent];[0:a]acopy[spoken]",
            "-map",
            "[silent]",
            "-map",
            "[spoken]",
            "-c:a",
            "flac",
            "-f",
            "matroska"));
  }

  @ParameterizedTest
  @CsvSource({"webm, libopus", "flac, flac", "ogg, libopus", "adts, aac", "mp3, libmp3lame"})
  void hearsWhatARecorderWritesThatIsStartedAnew(String format, String codec) throws IOException {
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    both.write(Recordings.converted(recording(JFK), "-t", "3", "-c:a", codec, "-f", format));
    both.write(Recordings.converted(recording(JFK), "-ss", "8", "-c:a", codec, "-f", format));
    Transcript transcript =
        engine.transcribe(
            Files.write(folder.resolve("a"), both.toByteArray()), english(), share -> {});
    assertThat(transcript.duration().toMillis()).isBetween(5_500L, 6_500L);
    assertThat(plain(transcript)).contains("fellow americans", "do for your country");
  }

  @Test
  void writesNothingForChordsAndBells() throws IOException {
    float[] music = new float[30 * 16_000];
    double[] notes = {220, 277.2, 329.6, 440, 554.4, 659.3};
    for (int i = 0; i < music.length; i++) {
      double beat = i % 8_000 / 16_000.0;
      double sum = 0;
      for (int voice = 0; voice < 3; voice++) {
        double hertz = notes[(i / 8_000 * 5 + voice * 2) % notes.length];
        sum += Math.sin(2 * Math.PI * hertz * i / 16_000) * Math.exp(-4 * beat);
      }
      music[i] = (float) (0.2 * sum);
    }
    Transcript transcript =
        engine.transcribe(
            Recordings.wav(folder.resolve("a.wav"), music), SpeechOptions.PLAIN, share -> {});
    assertThat(transcript.text()).isEmpty();
  }

  private void assertWhole(Path file) throws IOException {
    assertThat(
            WordErrors.rate(
                "And so my fellow Americans.",
                engine.transcribe(file, english(), share -> {}).text()))
        .isLessThan(0.15);
  }

  private Path converted(String suffix, String... options) throws IOException {
    return Files.write(
        folder.resolve("a." + suffix), Recordings.converted(recording("jfk-3s.flac"), options));
  }

  private static String plain(Transcript transcript) {
    return transcript.text().toLowerCase(Locale.ROOT).replaceAll("[^a-z ]", "");
  }

  private static SpeechOptions english() {
    return SpeechOptions.in("en");
  }
}
