package parley.speech.engine;

import ai.onnxruntime.OrtException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import parley.speech.transcript.SpeechTask;

/// Decodes windows with Whisper. Not thread-safe.
final class WindowDecoder {
  /// The usual beam size; five reduce the word error rate by a tenth compared with one.
  private static final int BEAMS = 5;

  /// With a second opinion, five beams give no fewer errors than three.
  private static final int BEAMS_BEFORE_SECOND_OPINION = 3;

  /// Greedy decoding.
  private static final int ONE_BEAM = 1;

  /// Padding after the audio, in seconds. Whisper was trained on windows padded to 30 s; 8 s mark
  /// the end just as well at far less cost, while 3 s cost 0.9 % of the words and 1 s makes it
  /// repeat the last sentence.
  private static final double SILENCE_AFTER = 8;

  /// Pads every window to its full length.
  private static final double FULL_WINDOW = 30;

  /// Minimum mean log probability of a moment of speech at the second attempt. What Whisper writes
  /// for bells and beeps scores less, such as `you` at −0.8.
  private static final double MIN_LOG_PROBABILITY = -0.7;

  /// Temperatures of further attempts while no result is plausible: 0 with the whole window, then
  /// every other one of OpenAI's.
  private static final double[] FALLBACKS = {0, 0.4, 0.8};

  private final WhisperModel model;
  private final Vocabulary vocabulary;
  private final SpeechTask task;
  private final LogMel mel;
  private final WhisperInference inference;
  private final BeamSearch beamSearch;
  private final BeamSearch narrowSearch;
  private final BeamSearch greedySearch;
  private final BooleanSupplier hurried;
  private final GreedyDecoder greedy;
  private final Optional<SecondOpinion> secondOpinion;

  /// @param pause called between any two steps, to let other work run
  WindowDecoder(Models models, SpeechTask task, Runnable pause) {
    this(models, task, pause, () -> false);
  }

  /// @param pause called between any two steps, to let other work run
  /// @param hurried asked before each window whether a result that is less exact is better than a
  ///   late one
  WindowDecoder(Models models, SpeechTask task, Runnable pause, BooleanSupplier hurried) {
    this.hurried = hurried;
    this.model = models.whisper();
    this.vocabulary = models.vocabulary();
    this.task = task;
    DecodingRules rules = new DecodingRules(vocabulary);
    this.mel = new LogMel(model.dimensions().melBands());
    this.inference = new WhisperInference(model, pause);
    this.beamSearch = new BeamSearch(inference, rules, BEAMS);
    this.narrowSearch = new BeamSearch(inference, rules, BEAMS_BEFORE_SECOND_OPINION);
    this.greedySearch = new BeamSearch(inference, rules, ONE_BEAM);
    this.greedy = new GreedyDecoder(inference, rules);
    this.secondOpinion = model.scorer().map(scorer -> new SecondOpinion(scorer, models, pause));
  }

  /// Returns the likeliest result. If it is implausible, decodes again with the full 30 seconds
  /// that Whisper was trained on, then samples; if no result is plausible, returns the likeliest of
  /// all. Audio that hardly sounds like speech, such as music or noise, gets only two attempts.
  Attempt likeliest(Window window, LanguageTracker languages, DecodingOptions options)
      throws OrtException {
    Attempt best = decode(window, languages, SILENCE_AFTER, options.at(0));
    for (double temperature : FALLBACKS) {
      if (isPlausible(best, window) || (temperature > 0 && best.hypothesis().isNoSpeech())) {
        break;
      }
      Attempt further = decode(window, languages, FULL_WINDOW, options.at(temperature));
      if (isPlausible(further, window) || further.logProbability() > best.logProbability()) {
        best = further;
      }
      if (window.speech() < Attempt.SPEECH_WITH_WORDS
          && best.logProbability() < MIN_LOG_PROBABILITY) {
        return best.asNoise();
      }
    }
    return best;
  }

  /// Decodes a window once.
  Attempt decode(Window window, LanguageTracker languages, DecodingOptions options)
      throws OrtException {
    return decode(window, languages, SILENCE_AFTER, options);
  }

  private Attempt decode(
      Window window, LanguageTracker languages, double silence, DecodingOptions options)
      throws OrtException {
    try (EncodedAudio audio = encode(window.samples(), silence)) {
      LanguageDetection detection = inference.detectLanguage(audio);
      Hypothesis best =
          hypothesis(
              window, audio, detection, languages.candidates(detection.languages()), options);
      double[] times =
          switch (task) {
            case TRANSCRIBE ->
                Alignment.times(model, audio, window.prefix(), best, window.seconds());
            case TRANSLATE -> Alignment.estimated(best.tokens(), window.seconds());
          };
      TimedHypothesis said = Loops.cut(new TimedHypothesis(best, times), vocabulary);
      return new Attempt(said, detection, window.from(), window.seconds(), false);
    }
  }

  /// Returns the likeliest text in any of the candidate languages.
  private Hypothesis hypothesis(
      Window window,
      EncodedAudio audio,
      LanguageDetection detection,
      List<Integer> candidates,
      DecodingOptions options)
      throws OrtException {
    boolean greedily = hurried.getAsBoolean();
    boolean judged = !greedily && candidates.stream().anyMatch(SecondOpinion::isFor);
    Optional<SecondOpinion.Hearing> hearing =
        judged ? secondOpinion(window, options) : Optional.empty();
    try {
      @Nullable Hypothesis best = null;
      for (int language : candidates) {
        WhisperPrompt prompt =
            WhisperPrompt.withTimestamps(language, task, options.previous(), window.prefix());
        Hypothesis hypothesis =
            options.temperature() > 0
                ? greedy.sample(audio, detection, prompt, options, window.seconds(), BEAMS)
                : search(greedily, hearing.isPresent() && SecondOpinion.isFor(language))
                    .decode(audio, detection, prompt, options.keyterms(), window.secondsOfPiece());
        if (best == null || hypothesis.meanLogProbability() > best.meanLogProbability()) {
          best = hypothesis;
        }
      }
      Objects.requireNonNull(best, "no candidate language");
      return hearing.isPresent() && SecondOpinion.isFor(best.language())
          ? hearing.get().revise(audio, best)
          : best;
    } finally {
      hearing.ifPresent(SecondOpinion.Hearing::close);
    }
  }

  private BeamSearch search(boolean greedily, boolean getsSecondOpinion) {
    if (greedily) {
      return greedySearch;
    }
    return getsSecondOpinion ? narrowSearch : beamSearch;
  }

  /// Begins to hear what judges English too, if anything does. Moonshine knows neither the terms
  /// nor the text of a prompt, and would outvote what they are there for.
  private Optional<SecondOpinion.Hearing> secondOpinion(Window window, DecodingOptions options) {
    return task == SpeechTask.TRANSCRIBE
            && options.equals(DecodingOptions.PLAIN)
            && SecondOpinion.isFor(window)
        ? secondOpinion.map(judge -> judge.hear(window))
        : Optional.empty();
  }

  /// Detects the language of a window.
  LanguageDetection detectLanguage(float[] samples, double silence) throws OrtException {
    try (EncodedAudio audio = encode(samples, silence)) {
      return inference.detectLanguage(audio);
    }
  }

  /// Returns text without timestamps from the likeliest tokens, the cheapest way to decode.
  ///
  /// @param language index in [Languages]
  /// @param prefix text that is taken as given
  /// @param silence padding after the audio, in seconds
  Hypothesis quickText(float[] samples, double silence, int language, List<Integer> prefix)
      throws OrtException {
    try (EncodedAudio audio = encode(samples, silence)) {
      return greedy.decode(
          audio,
          inference.detectLanguage(audio),
          WhisperPrompt.withoutTimestamps(language, prefix),
          samples.length / (double) VoiceActivity.SAMPLE_RATE);
    }
  }

  private EncodedAudio encode(float[] samples, double silence) throws OrtException {
    int columns =
        model.needsFullWindow()
            ? WhisperModel.MAX_COLUMNS
            : samples.length / LogMel.HOP + (int) (silence * 100);
    // The encoder halves the number of columns.
    columns = Math.min(WhisperModel.MAX_COLUMNS, columns / 2 * 2);
    return model.encode(mel.of(samples, columns), columns);
  }

  private boolean isPlausible(Attempt attempt, Window window) {
    return attempt.isPlausible(vocabulary.text(attempt.hypothesis().tokens()), window.speech());
  }
}
