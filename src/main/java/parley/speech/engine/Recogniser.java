package parley.speech.engine;

import ai.onnxruntime.OrtException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;
import parley.speech.transcript.Segment;

/// InferenceQueue a [Piece] into segments, by one or more windows of Whisper. For one thread at a
/// time.
final class Recogniser {
  /// As many as the peers follow; five lower the word error rate by a tenth against one.
  private static final int BEAMS = 5;

  /// Silence after the sound, in seconds. Whisper was trained on windows filled up to 30; eight
  /// tell it of the end as well and cost far less, while three cost 0.9 % of the words and one
  /// makes it repeat the last sentence.
  private static final double SILENCE_AFTER = 8;

  /// Fills every window.
  private static final double FULL_WINDOW = 30;

  /// Above this probability of no speech, and below this mean log probability, the window counts as
  /// holding no speech (OpenAI's `transcribe.py`).
  private static final double NO_SPEECH = 0.6;

  private static final double UNSURE = -1.0;

  /// What a moment of sound has to reach at its second look to be a word: what Whisper makes of
  /// bells and beeps stays below, as its `you` at −0.8.
  private static final double SURE = -0.7;

  /// Speech, in seconds, that is never without a word, and that is worth another window when no
  /// word was written of it.
  private static final double WORTH_A_WORD = 1.0;

  /// How often a piece is begun anew behind speech of which nothing was written. Noise that sounds
  /// like a voice has no words, however often it is decoded.
  private static final int MAX_RETURNS = 4;

  /// Pauses between words of the same speech are shorter, in seconds.
  private static final double PAUSE = 0.3;

  /// How exact the times of words are, in seconds.
  private static final double EXACTNESS = 0.25;

  /// The temperatures at which a window is written once more while no result looks right: every
  /// other one of OpenAI's.
  private static final double[] WARMER = {0.4, 0.8};

  private final WhisperModel model;
  private final WhisperDecoding decoding;
  private final Vocabulary vocabulary;
  private final LogMel mel = new LogMel();

  Recogniser(WhisperModel model, WhisperDecoding decoding, Vocabulary vocabulary) {
    this.model = model;
    this.decoding = decoding;
    this.vocabulary = vocabulary;
  }

  /// What was recognised.
  ///
  /// @param segments in order; empty when Whisper finds no speech in the piece either
  /// @param language index in [Languages] of the language in which they are written
  record Recognition(List<Segment> segments, int language) {}

  /// What one window gave, and when its tokens were said.
  ///
  /// @param from where in the piece the window begins, in seconds
  /// @param length of the window, in seconds
  /// @param noise whether it holds a sound that was taken for a moment of speech
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Look(
      Loops.Timed said, double[] languages, double from, double length, boolean noise) {
    Hypothesis hypothesis() {
      return said.hypothesis();
    }

    Look asNoise() {
      return new Look(said, languages, from, length, true);
    }
  }

  /// Writes down the piece.
  ///
  /// @param spoken what is known of the language; learns from the piece
  /// @param temperature 0 to take what is likeliest, and to let chance decide only where that looks
  ///   wrong; otherwise as [WhisperDecoding#draw] has it
  Recognition recognise(Piece piece, LanguageTracker languageTracker, double temperature)
      throws OrtException {
    SegmentBuilder builder = new SegmentBuilder(vocabulary, piece);
    double from = 0;
    int returns = 0;
    while (true) {
      Window window = rest(piece, from, languageTracker);
      Look look = temperature > 0 ? window.look(SILENCE_AFTER, temperature) : window.likeliest();
      OptionalDouble unwritten =
          returns < MAX_RETURNS ? unwritten(piece, look) : OptionalDouble.empty();
      if (unwritten.isPresent()) {
        returns++;
        look = until(unwritten.getAsDouble(), look);
      }
      double reached = Math.min(reached(look, builder), unwritten.orElse(Double.MAX_VALUE));
      if (reached > from && !builder.segments().isEmpty()) {
        languageTracker.update(look.languages(), look.hypothesis().language());
      }
      if (reached <= from || speechAfter(piece, reached) < WORTH_A_WORD) {
        return new Recognition(builder.segments(), look.hypothesis().language());
      }
      from = reached;
    }
  }

  /// Where speech begins of which a window has no word, though it has words before: Whisper writes
  /// down once what it hears twice, and passes over what comes after. In seconds of the piece.
  private OptionalDouble unwritten(Piece piece, Look look) {
    double[] begins = begins(look);
    if (begins.length == 0 || isNoSpeech(look.hypothesis())) {
      return OptionalDouble.empty();
    }
    return piece.stretches(PAUSE).stream()
        .filter(stretch -> stretch.start() > look.from() + begins[0] + EXACTNESS)
        .filter(stretch -> stretch.length() >= WORTH_A_WORD)
        .filter(stretch ->
            Arrays.stream(begins)
                .map(begin -> look.from() + begin)
                .noneMatch(begin ->
                    begin > stretch.start() - EXACTNESS && begin < stretch.end() - EXACTNESS))
        .mapToDouble(stretch -> stretch.start() - PAUSE / 2)
        .findFirst();
  }

  /// When the words of a window begin, in its own seconds.
  private double[] begins(Look look) {
    List<Integer> text =
        look.hypothesis().tokens().stream().filter(t -> !Vocabulary.isTimestamp(t)).toList();
    boolean spaces = SegmentBuilder.putsSpaces(look.hypothesis().language());
    double[] begins = new double[text.size()];
    int count = 0;
    int token = 0;
    for (List<Integer> word : vocabulary.words(text, spaces)) {
      begins[count++] = look.said().times()[token];
      token += word.size();
    }
    return Arrays.copyOf(begins, count);
  }

  /// What a window says of the time before `end`, in seconds of the piece.
  private static Look until(double end, Look look) {
    double within = end - look.from();
    List<Integer> kept = new ArrayList<>();
    int token = 0;
    for (int written : look.hypothesis().tokens()) {
      if (Vocabulary.isTimestamp(written)) {
        kept.add(Vocabulary.timestamp(Math.min(Vocabulary.secondsOf(written), within)));
      } else if (look.said().times()[token] < within) {
        kept.add(written);
        token++;
      } else {
        break;
      }
    }
    double[] times = Arrays.copyOf(look.said().times(), token + 1);
    times[token] = Math.min(times[token], within);
    return new Look(
        new Loops.Timed(look.hypothesis().with(kept), times),
        look.languages(),
        look.from(),
        within,
        look.noise());
  }

  /// Writes down a piece that follows others; takes note of it there.
  ///
  /// @param spoken what is known of the language
  Recognition recognise(Piece piece, LanguageTracker languageTracker, PromptContext context)
      throws OrtException {
    Recognition recognition = following(piece, languageTracker, context.before(piece));
    context.written(piece, recognition.segments());
    return recognition;
  }

  private Recognition following(
      Piece piece, LanguageTracker languageTracker, PromptContext.Window before)
      throws OrtException {
    if (before.earlier() <= 0) {
      return recognise(piece, languageTracker, 0);
    }
    Window window =
        new Window(
            before.samples(),
            -before.earlier(),
            before.beginning(),
            speechAfter(piece, 0),
            languageTracker);
    Look look = window.look(SILENCE_AFTER, 0);
    SegmentBuilder builder = new SegmentBuilder(vocabulary, piece);
    boolean written =
        isPlausible(look.hypothesis(), window.speech)
            && !Loops.isTooFast(vocabulary.text(look.hypothesis().tokens()), window.speech)
            && unwritten(piece, look).isEmpty()
            && speechAfter(piece, reached(look, builder)) < WORTH_A_WORD;
    // What looks wrong may come of what went before.
    return written
        ? new Recognition(builder.segments(), look.hypothesis().language())
        : recognise(piece, languageTracker, 0);
  }

  /// Adds what a window gave.
  ///
  /// @return seconds of the piece up to which it was written down
  private static double reached(Look look, SegmentBuilder builder) {
    return isNoSpeech(look.hypothesis()) || look.noise()
        ? look.from() + look.length()
        : look.from() + builder.add(look.said(), look.from(), look.length());
  }

  private Window rest(Piece piece, double from, LanguageTracker languageTracker) {
    return new Window(
        piece.samplesFrom(from), from, List.of(), speechAfter(piece, from), languageTracker);
  }

  /// One window of sound, to be looked at until the result looks right.
  private final class Window {
    private final float[] samples;
    private final double from;
    private final double length;
    private final List<Integer> beginning;
    private final double speech;
    private final LanguageTracker languageTracker;

    /// @param from where in the piece it begins, in seconds; below 0 when it begins before
    /// @param beginning what is written of what is before
    /// @param speech seconds of it that are to be written
    Window(
        float[] samples,
        double from,
        List<Integer> beginning,
        double speech,
        LanguageTracker languageTracker) {
      this.samples = samples;
      this.from = from;
      this.length = samples.length / (double) VoiceActivity.SAMPLE_RATE;
      this.beginning = beginning;
      this.speech = speech;
      this.languageTracker = languageTracker;
    }

    /// The likeliest result; when it looks wrong, once more with the full 30 seconds that Whisper
    /// was trained on, then by chance. When none looks right, the likeliest of all. What hardly
    /// sounds like speech, as music and noises, is not worth more than a second look.
    Look likeliest() throws OrtException {
      Look best = look(SILENCE_AFTER, 0);
      double[] warmer = DoubleStream.concat(DoubleStream.of(0), Arrays.stream(WARMER)).toArray();
      for (int i = 0; i < warmer.length && !isPlausible(best.hypothesis(), speech); i++) {
        if (i > 0 && isNoSpeech(best.hypothesis())) {
          break;
        }
        Look further = look(FULL_WINDOW, warmer[i]);
        if (isPlausible(further.hypothesis(), speech)
            || further.hypothesis().meanLogProbability() > best.hypothesis().meanLogProbability()) {
          best = further;
        }
        if (speech < WORTH_A_WORD && best.hypothesis().meanLogProbability() < SURE) {
          return best.asNoise();
        }
      }
      return best;
    }

    Look look(double silence, double temperature) throws OrtException {
      int columns = samples.length / LogMel.HOP + (int) (silence * 100);
      // The encoder halves the columns.
      columns = Math.min(WhisperModel.MAX_COLUMNS, columns / 2 * 2);
      try (EncodedAudio audio = model.encode(mel.of(samples, columns), columns)) {
        WhisperDecoding.LanguageDetection detection = decoding.listen(audio);
        Hypothesis best = null;
        for (int language : languageTracker.candidates(detection.languages())) {
          Hypothesis written =
              temperature > 0
                  ? decoding.draw(audio, detection, language, length, temperature, BEAMS)
                  : decoding.decode(
                      audio, detection, language, beginning, length + Math.min(0, from), BEAMS);
          if (best == null || written.meanLogProbability() > best.meanLogProbability()) {
            best = written;
          }
        }
        Objects.requireNonNull(best, "there is always a candidate");
        double[] times = decoding.times(audio, beginning, best, length);
        Loops.Timed said = Loops.cut(new Loops.Timed(best, times), vocabulary);
        return new Look(said, detection.languages(), from, length, false);
      }
    }
  }

  private boolean isPlausible(Hypothesis hypothesis, double speech) {
    String text = vocabulary.text(hypothesis.tokens());
    return hypothesis.meanLogProbability() >= UNSURE
        && !Loops.isLoop(text, speech)
        && (speech < WORTH_A_WORD || !text.isBlank());
  }

  private static boolean isNoSpeech(Hypothesis hypothesis) {
    return hypothesis.noSpeech() > NO_SPEECH && hypothesis.meanLogProbability() < UNSURE;
  }

  private static double speechAfter(Piece piece, double time) {
    return piece.speech().stream()
        .mapToDouble(span -> Math.max(0, span.end() - Math.max(time, span.start())))
        .sum();
  }
}
