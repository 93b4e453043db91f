package parley.speech.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;
import static parley.speech.Recordings.recording;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.speech.Recordings;
import parley.speech.transcript.Progress;
import parley.speech.transcript.Segment;
import parley.speech.transcript.SpeechOptions;
import parley.speech.transcript.Transcript;
import parley.speech.transcript.Word;
import parley.testing.SharedModels;

@Tag("slow")
class SpeechEngineTest {
  private static final Path MODELS = Path.of("models");
  private static final Map<String, Transcript> TRANSCRIPTS = new HashMap<>();
  private static final Map<String, List<Double>> SHARES = new HashMap<>();
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
  void writesDownWhatIsSaid() throws IOException {
    Transcript transcript = transcribe("ls-1688-142285-0000.flac");
    assertThat(
            WordErrors.rate(
                "There's iron, they say, in all our blood, and a grain or two perhaps is good;"
                    + " but his, he makes me harshly feel, has got a little too much of steel."
                    + " Anon.",
                transcript.text()))
        .isLessThan(0.15);
    assertThat(transcript.language()).isEqualTo("en");
    assertThat(transcript.duration().toMillis()).isCloseTo(14_995, within(50L));
  }

  /// Whisper alone writes "afraid of his affliction".
  @Test
  void keepsTheLikelierWordsWhereTwoModelsDiffer() throws IOException {
    Transcript transcript = transcribe("ls-2414-128291-0006.flac");
    assertThat(transcript.text()).isEqualTo("He would not be rid of his affliction.");
    assertThat(transcript.segments())
        .flatExtracting(Segment::words)
        .extracting(Word::text)
        .containsExactly("He", "would", "not", "be", "rid", "of", "his", "affliction.");
    assertThat(transcript.segments())
        .flatExtracting(Segment::words)
        .allSatisfy(word -> assertThat(word.end()).isGreaterThan(word.start()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "opus.opus",
        "opus.webm",
        "vorbis-48k.ogg",
        "mp3-vbr-16k.mp3",
        "aac-44k-stereo.m4a",
        "tel-mulaw-8k.wav",
        "wma.wma",
        "video-vp8-opus.webm"
      })
  void hearsTheSameInEveryFormat(String name) throws IOException {
    float[] beginning = Arrays.copyOf(Recordings.samples(name), (int) (6.5 * 16_000));
    assertThat(
            WordErrors.rate(
                "Lobsters and lobsters. When is a lobster not a lobster? When it is a crayfish.",
                engine
                    .transcribe(
                        Recordings.wav(folder.resolve("beginning.wav"), beginning),
                        SpeechOptions.PLAIN,
                        Progress.IGNORED)
                    .text()))
        .isLessThan(0.2);
  }

  @Test
  void detectsTheLanguageFromTheSpeech() throws IOException {
    Transcript transcript = transcribe("mls-13697_11991_000000.flac");
    assertThat(transcript.language()).isEqualTo("es");
    assertThat(
            WordErrors.rate(
                "La sorpresa y el disgusto que produjo a Wentworth la substitución de una cuñada"
                    + " por otra, el gesto que se dibujó en su fisonomía, el asombro que manifestó"
                    + " y las palabras a duras penas reprimidas que asomaron a sus labios mientras"
                    + " le hablaba Carlos.",
                transcript.text()))
        .isLessThan(0.25);
  }

  @Test
  void writesEachPartInTheLanguageThatIsSpokenThere() throws IOException {
    float[] all = Recordings.samples("ls-1688-142285-0000.flac");
    float[] english = Arrays.copyOfRange(all, (int) (5.5 * 16_000), all.length);
    float[] spanish = Arrays.copyOf(Recordings.samples("mls-13697_11991_000000.flac"), 6 * 16_000);
    int pause = 3 * VoiceActivity.SAMPLE_RATE;
    float[] both = Arrays.copyOf(english, english.length + pause + spanish.length);
    System.arraycopy(spanish, 0, both, english.length + pause, spanish.length);

    Transcript transcript =
        engine.transcribe(
            Recordings.wav(folder.resolve("both.wav"), both),
            SpeechOptions.PLAIN,
            Progress.IGNORED);

    assertThat(transcript.text())
        .contains("too much of steel", "sorpresa", "disgusto")
        .doesNotContain("surprise", "demasiado");
  }

  /// A sentence of another language in the midst of a conversation, with pauses as people make
  /// them.
  @Test
  void writesAShortSentenceBetweenSentencesOfAnotherLanguage() throws IOException {
    float[] english = Recordings.samples("jfk-3s.flac");
    float[] spanish = Arrays.copyOf(Recordings.samples("mls-13697_11991_000000.flac"), 3 * 16_000);
    int pause = (int) (0.6 * VoiceActivity.SAMPLE_RATE);
    float[] all = Arrays.copyOf(english, 2 * (english.length + pause) + spanish.length);
    System.arraycopy(spanish, 0, all, english.length + pause, spanish.length);
    System.arraycopy(english, 0, all, all.length - english.length, english.length);

    Transcript transcript =
        engine.transcribe(
            Recordings.wav(folder.resolve("three.wav"), all),
            SpeechOptions.PLAIN,
            Progress.IGNORED);

    String text = transcript.text().toLowerCase(Locale.ROOT);
    assertThat(text).contains("la sorpresa y el dis");
    assertThat(text.split("fellow americans", -1)).hasSize(3);
    assertThat(transcript.language()).isEqualTo("en");
  }

  @Test
  void followsTheLanguageHint() throws IOException {
    float[] spanish = Arrays.copyOf(Recordings.samples("mls-13697_11991_000000.flac"), 4 * 16_000);
    Transcript hinted =
        engine.transcribe(
            Recordings.wav(folder.resolve("es.wav"), spanish),
            SpeechOptions.in("ES"),
            Progress.IGNORED);
    assertThat(hinted.language()).isEqualTo("es");
  }

  @Test
  void refusesALanguageThatNobodyKnows() {
    assertThatExceptionOfType(Problem.class)
        .isThrownBy(() ->
            engine.transcribe(recording("jfk.flac"), SpeechOptions.in("klingon"), Progress.IGNORED))
        .satisfies(problem -> assertThat(problem.code()).isEqualTo(ProblemCode.VALIDATION));
  }

  @Test
  void inventsNothingInNoise() throws IOException {
    assertSilent(
        engine.transcribe(recording("noise4.flac"), SpeechOptions.PLAIN, Progress.IGNORED));
  }

  @Test
  void inventsNothingInSilenceAndHiss() throws IOException {
    float[] sound = new float[40 * 16_000];
    Path silence = Recordings.wav(folder.resolve("silence.wav"), sound);
    assertSilent(engine.transcribe(silence, SpeechOptions.PLAIN, Progress.IGNORED));
    Random random = new Random(1);
    for (int i = 0; i < sound.length; i++) {
      sound[i] = (float) (0.05 * random.nextGaussian());
    }
    Path hiss = Recordings.wav(folder.resolve("hiss.wav"), sound);
    assertSilent(engine.transcribe(hiss, SpeechOptions.PLAIN, Progress.IGNORED));
  }

  @Test
  void ordersTheSegmentsWithinTheRecording() throws IOException {
    Transcript transcript = transcribe("ls-1688-142285-0000.flac");
    double last = 0;
    for (Segment segment : transcript.segments()) {
      assertThat(segment.start()).isGreaterThanOrEqualTo(last);
      assertThat(segment.end()).isGreaterThan(segment.start());
      last = segment.end();
    }
    assertThat(last).isLessThanOrEqualTo(15.1);
    assertThat(transcript.segments()).isNotEmpty();
  }

  @Test
  void saysWhenEachWordWasSaid() throws IOException {
    Transcript transcript = transcribe("jfk.flac");
    List<Word> words = transcript.segments().stream().flatMap(s -> s.words().stream()).toList();
    assertThat(words.stream().map(Word::text).collect(Collectors.joining(" ")))
        .isEqualTo(transcript.text());
    double last = 0;
    for (Word word : words) {
      assertThat(word.start()).isGreaterThanOrEqualTo(last - 0.001);
      assertThat(word.end()).isGreaterThanOrEqualTo(word.start());
      last = word.end();
    }
    // Read off the waveform: he begins at 0.3 s, pauses from 2.3 to 3.2 s, and says "country" for
    // the first time after another pause, at 5.9 s.
    assertThat(words.getFirst().start()).isCloseTo(0.3, within(0.3));
    assertThat(timeOf(words, "Americans").end()).isCloseTo(2.2, within(0.3));
    assertThat(timeOf(words, "ask").start()).isCloseTo(3.3, within(0.3));
    assertThat(timeOf(words, "country").start()).isCloseTo(5.75, within(0.3));
    assertThat(words.getLast().end()).isCloseTo(10.5, within(0.3));
  }

  @Test
  void losesNoWordWhereALongSpeechIsCut() throws IOException {
    // Those that other tests have written down already, one of them twice: 37 seconds.
    String[] names = {"jfk.flac", "ls-1688-142285-0000.flac", "jfk.flac"};
    float[] whole = new float[0];
    StringBuilder apart = new StringBuilder();
    for (String name : names) {
      float[] part = Recordings.samples(name);
      int before = whole.length;
      whole = Arrays.copyOf(whole, before + part.length);
      System.arraycopy(part, 0, whole, before, part.length);
      apart.append(transcribe(name).text()).append(' ');
    }
    Path joined = Recordings.wav(folder.resolve("joined.wav"), whole);
    Transcript together = engine.transcribe(joined, SpeechOptions.in("en"), Progress.IGNORED);
    assertThat(together.duration().toSeconds()).isEqualTo(whole.length / 16_000);
    assertThat(WordErrors.rate(apart.toString(), together.text())).isLessThan(0.1);
  }

  @Test
  void drawsTheSameWordsAgainAtATemperature() throws IOException {
    SpeechOptions warm = new SpeechOptions("en", 0.7);
    Path sentence = recording("jfk-3s.flac");
    String first = engine.transcribe(sentence, warm, Progress.IGNORED).text();
    assertThat(engine.transcribe(sentence, warm, Progress.IGNORED).text()).isEqualTo(first);
    assertThat(WordErrors.rate("And so my fellow Americans.", first)).isLessThan(0.5);
  }

  @Test
  void writesDownSeveralRecordingsAtATime() throws Exception {
    Callable<Transcript> again =
        () -> engine.transcribe(recording("jfk-3s.flac"), SpeechOptions.PLAIN, Progress.IGNORED);
    String alone = again.call().text();
    try (ExecutorService many = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Transcript>> transcripts = many.invokeAll(Collections.nCopies(4, again));
      for (Future<Transcript> transcript : transcripts) {
        assertThat(transcript.get().text()).isEqualTo(alone);
      }
    }
  }

  @Test
  void tellsItsProgressUpToTheEnd() throws IOException {
    transcribe("jfk.flac");
    List<Double> shares = Objects.requireNonNull(SHARES.get("jfk.flac"));
    assertThat(shares).isSorted().last().isEqualTo(1.0);
    assertThat(shares.size()).isGreaterThan(1);
  }

  @Test
  void stopsWhenTheProgressSaysSo() {
    assertThatExceptionOfType(Cancelled.class)
        .isThrownBy(() ->
            engine.transcribe(
                recording("jfk.flac"),
                SpeechOptions.PLAIN,
                share -> {
                  throw new Cancelled();
                }));
  }

  /// The self-test behind readiness: it passes with whole models, and so does the work after it.
  @Test
  void passesItsSelfTestWithWholeModels() throws IOException {
    engine.warmUp();
    assertThat(engine.health().checkNow()).isTrue();
    assertThat(engine.health().fault()).isEmpty();
  }

  @Test
  void namesTheModelFileThatIsDamaged() throws IOException {
    Path models = Files.createDirectories(folder.resolve("models"));
    for (String part : new String[] {"whisper-base", "silero-vad"}) {
      Files.createDirectories(models.resolve(part));
    }
    for (String list : new String[] {"SHA256SUMS", "models.json"}) {
      Files.copy(MODELS.resolve(list), models.resolve(list));
    }
    Path voice = Path.of("silero-vad/silero_vad_v6_16k.onnx");
    Files.copy(MODELS.resolve(voice), models.resolve(voice));
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> load(models))
        .withMessageContaining("encoder.int8.onnx")
        .withMessageContaining("missing");
    Files.writeString(models.resolve("whisper-base/encoder.int8.onnx"), "half");
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> load(models))
        .withMessageContaining("encoder.int8.onnx")
        .withMessageContaining("damaged");
  }

  private static SpeechEngine load(Path models) throws IOException {
    return SpeechEngine.load(models, 1, Recordings.decoder());
  }

  private static void assertSilent(Transcript transcript) {
    assertThat(transcript.text()).isEmpty();
    assertThat(transcript.segments()).isEmpty();
    assertThat(transcript.language()).isNull();
  }

  /// The first of these words, whatever mark follows it: that depends on the processor's rounding.
  private static Word timeOf(List<Word> words, String text) {
    return words.stream()
        .filter(word -> word.text().replaceFirst("\\p{Punct}$", "").equals(text))
        .findFirst()
        .orElseThrow();
  }

  /// The transcript of a recording, which is made once for all tests.
  private static Transcript transcribe(String name) throws IOException {
    Transcript made = TRANSCRIPTS.get(name);
    if (made == null) {
      List<Double> shares = new ArrayList<>();
      made = engine.transcribe(recording(name), SpeechOptions.PLAIN, shares::add);
      TRANSCRIPTS.put(name, made);
      SHARES.put(name, shares);
    }
    return made;
  }
}
