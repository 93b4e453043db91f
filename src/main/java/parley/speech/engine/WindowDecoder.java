package parley.speech.engine;

import ai.onnxruntime.OrtException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Decodes windows of sound by Whisper. For one thread at a time.
final class WindowDecoder {
  /// As many as the peers follow; five lower the word error rate by a tenth against one.
  private static final int BEAMS = 5;

  /// Silence after the sound, in seconds. Whisper was trained on windows filled up to 30; eight
  /// tell it of the end as well and cost far less, while three cost 0.9 % of the words and one
  /// makes it repeat the last sentence.
  private static final double SILENCE_AFTER = 8;

  /// Fills every window.
  private static final double FULL_WINDOW = 30;

  /// What a moment of sound has to reach at its second attempt to be a word: what Whisper makes of
  /// bells and beeps stays below, as its `you` at −0.8.
  private static final double SURE = -0.7;

  /// How a window is decoded again while no result looks right: first with the whole window, then
  /// by chance, at every other one of OpenAI's temperatures.
  private static final double[] FALLBACKS = {0, 0.4, 0.8};

  private final WhisperModel model;
  private final Vocabulary vocabulary;
  private final LogMel mel;
  private final WhisperInference inference;
  private final BeamSearch beamSearch;
  private final GreedyDecoder greedy;

  /// @param pause is called between any two steps, for others to run
  WindowDecoder(WhisperModel model, Vocabulary vocabulary, Runnable pause) {
    DecodingRules rules = new DecodingRules(vocabulary);
    this.model = model;
    this.vocabulary = vocabulary;
    this.mel = new LogMel(model.dimensions().melBands());
    this.inference = new WhisperInference(model, pause);
    this.beamSearch = new BeamSearch(inference, rules, BEAMS);
    this.greedy = new GreedyDecoder(inference, rules);
  }

  /// The likeliest result; when it looks wrong, once more with the full 30 seconds that Whisper was
  /// trained on, then by chance. When none looks right, the likeliest of all. What hardly sounds
  /// like speech, as music and noises, is not worth more than a second attempt.
  Attempt likeliest(Window window, LanguageTracker languages) throws OrtException {
    Attempt best = decode(window, languages, SILENCE_AFTER, 0);
    for (double temperature : FALLBACKS) {
      if (isPlausible(best, window) || (temperature > 0 && best.isNoSpeech())) {
        break;
      }
      Attempt further = decode(window, languages, FULL_WINDOW, temperature);
      if (isPlausible(further, window) || further.logProbability() > best.logProbability()) {
        best = further;
      }
      if (window.speech() < Attempt.WORTH_A_WORD && best.logProbability() < SURE) {
        return best.asNoise();
      }
    }
    return best;
  }

  /// One result.
  ///
  /// @param temperature 0 for the likeliest, otherwise as [GreedyDecoder#sample] has it
  Attempt decode(Window window, LanguageTracker languages, double temperature) throws OrtException {
    return decode(window, languages, SILENCE_AFTER, temperature);
  }

  private Attempt decode(
      Window window, LanguageTracker languages, double silence, double temperature)
      throws OrtException {
    try (EncodedAudio audio = encode(window.samples(), silence)) {
      LanguageDetection detection = inference.detectLanguage(audio);
      @Nullable Hypothesis best = null;
      for (int language : languages.candidates(detection.languages())) {
        WhisperPrompt prompt = WhisperPrompt.withTimestamps(language, window.prefix());
        Hypothesis hypothesis =
            temperature > 0
                ? greedy.sample(audio, detection, prompt, window.seconds(), temperature, BEAMS)
                : beamSearch.decode(audio, detection, prompt, window.secondsOfPiece());
        if (best == null || hypothesis.meanLogProbability() > best.meanLogProbability()) {
          best = hypothesis;
        }
      }
      Objects.requireNonNull(best, "there is always a candidate");
      double[] times = Alignment.times(model, audio, window.prefix(), best, window.seconds());
      TimedHypothesis said = Loops.cut(new TimedHypothesis(best, times), vocabulary);
      return new Attempt(said, detection, window.from(), window.seconds(), false);
    }
  }

  /// What the sound of a window is like, before a word of it is written.
  LanguageDetection detectLanguage(float[] samples, double silence) throws OrtException {
    try (EncodedAudio audio = encode(samples, silence)) {
      return inference.detectLanguage(audio);
    }
  }

  /// Text without times, by the likeliest tokens: the cheapest way.
  ///
  /// @param language index in [Languages]
  /// @param prefix what is written already
  /// @param silence after the sound, in seconds
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
    int columns = samples.length / LogMel.HOP + (int) (silence * 100);
    // The encoder halves the columns.
    columns = Math.min(WhisperModel.MAX_COLUMNS, columns / 2 * 2);
    return model.encode(mel.of(samples, columns), columns);
  }

  private boolean isPlausible(Attempt attempt, Window window) {
    return attempt.isPlausible(vocabulary.text(attempt.hypothesis().tokens()), window.speech());
  }
}
