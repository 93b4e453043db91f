package parley.speech.engine;

import ai.onnxruntime.OrtException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;
import parley.speech.transcript.Languages;

/// Compares Whisper's English with Moonshine's. The two models err differently: wherever their
/// words differ, both are scored by both models, and the likelier words are kept. One pass through
/// each decoder scores a whole text, so this costs a fraction of the search that found it.
///
/// Not thread-safe.
final class SecondOpinion {
  private static final int ENGLISH = Languages.indexOf("en");

  /// Weight of Moonshine's log probability; Whisper's has the rest. Every value from 0.3 to 0.5
  /// gives nearly the same word error rate on our recordings.
  private static final double MOONSHINE = 0.35;

  /// Below this mean log probability, Moonshine's text is not considered.
  private static final double MIN_LOG_PROBABILITY = -1.2;

  /// Bounds the cost: each difference is another pass through both decoders.
  private static final int MAX_DIFFERENCES = 12;

  private final TextScorer whisper;
  private final Vocabulary vocabulary;
  private final MoonshineModel moonshine;
  private final MoonshineVocabulary moonshineVocabulary;
  private final Runnable pause;
  private FloatBuffer logits = DirectMemory.floats(0);
  private final float[] scores = new float[Vocabulary.SIZE];

  /// @param whisper of the models
  /// @param pause called between any two runs, to let other work run
  SecondOpinion(TextScorer whisper, Models models, Runnable pause) {
    this.whisper = whisper;
    this.vocabulary = models.vocabulary();
    this.moonshine = models.moonshine();
    this.moonshineVocabulary = models.moonshineVocabulary();
    this.pause = pause;
  }

  /// Whether text in a language, an index in [Languages], gets a second opinion.
  static boolean isFor(int language) {
    return language == ENGLISH;
  }

  /// Whether a window of such a language gets one. Text that Whisper continues does not, since only
  /// its new part could be exchanged.
  static boolean isFor(Window window) {
    return window.prefix().isEmpty() && MoonshineModel.accepts(window.samples().length);
  }

  /// A window that Moonshine hears while Whisper still searches; the caller closes it.
  final class Hearing implements AutoCloseable {
    private final Window window;
    private final ConcurrentRun<MoonshineModel.Encoded> encoding;

    private Hearing(Window window) {
      this.window = window;
      this.encoding = ConcurrentRun.start(() -> moonshine.encode(window.samples()));
    }

    /// Returns a hypothesis with the likelier words of both models; the same one where Whisper is
    /// unsure of all of it or Moonshine finds no plausible text.
    ///
    /// @param audio the window as Whisper's encoder returned it
    Hypothesis revise(EncodedAudio audio, Hypothesis hypothesis) throws OrtException {
      if (hypothesis.meanLogProbability() < Hypothesis.LOW_LOG_PROBABILITY) {
        return hypothesis;
      }
      WrittenWords written = WrittenWords.of(hypothesis, vocabulary);
      if (written.isEmpty()) {
        return hypothesis;
      }
      pause.run();
      MoonshineModel.Encoded heard = encoding.result();
      // Whisper's text is a good draft of Moonshine's.
      MoonshineModel.Decoded other =
          heard.decode(List.of(), moonshineVocabulary.encode(written.words()));
      String text = moonshineVocabulary.text(other.tokens());
      if (text.isEmpty()
          || other.logProbability() < MIN_LOG_PROBABILITY
          || Loops.isLoop(text, window.speech())) {
        return hypothesis;
      }
      return SecondOpinion.this
          .revise(audio, heard, written, List.of(text.split("\\s+")))
          .hypothesis();
    }

    @Override
    public void close() {
      encoding.outcome().ifPresent(MoonshineModel.Encoded::close);
    }
  }

  /// Begins to hear a window for which [#isFor(Window)] holds.
  Hearing hear(Window window) {
    return new Hearing(window);
  }

  private WrittenWords revise(
      EncodedAudio audio, MoonshineModel.Encoded heard, WrittenWords written, List<String> others)
      throws OrtException {
    List<WordDifference> differences =
        WordDifference.between(normalised(written.words()), normalised(others));
    if (differences.isEmpty() || differences.size() > MAX_DIFFERENCES) {
      return written;
    }
    double score = score(written, audio, heard);
    List<WordDifference> accepted = new ArrayList<>();
    for (WordDifference difference : differences) {
      WrittenWords changed = written.with(List.of(difference), others, vocabulary);
      if (score(changed, audio, heard) > score) {
        accepted.add(difference);
      }
    }
    return written.with(accepted, others, vocabulary);
  }

  private double score(WrittenWords text, EncodedAudio audio, MoonshineModel.Encoded heard)
      throws OrtException {
    pause.run();
    List<Integer> tokens = moonshineVocabulary.encode(text.words());
    ConcurrentRun<Double> other = ConcurrentRun.start(() -> heard.logProbability(tokens));
    try {
      return (1 - MOONSHINE) * whisperScore(text.textTokens(), audio) + MOONSHINE * other.result();
    } finally {
      other.outcome();
    }
  }

  /// Returns the log probability that Whisper gives a text without timestamps, and its end.
  private double whisperScore(List<Integer> text, EncodedAudio audio) throws OrtException {
    long[] tokens =
        LongStream.concat(
                LongStream.of(WhisperPrompt.withoutTimestamps(ENGLISH, text).tokens()),
                LongStream.of(Vocabulary.END_OF_TEXT))
            .toArray();
    int first = tokens.length - text.size() - 2;
    logits = DirectMemory.atLeast((tokens.length - first) * Vocabulary.SIZE, logits);
    whisper.score(audio, first, logits, tokens);
    double sum = 0;
    for (int i = first; i + 1 < tokens.length; i++) {
      logits.get((i - first) * scores.length, scores);
      sum += scores[(int) tokens[i + 1]] - LogSum.of(scores, 0, Vocabulary.FIRST_TIMESTAMP);
    }
    return sum;
  }

  /// Removes case and punctuation, in which the models differ without disagreeing on the words.
  private static List<String> normalised(List<String> words) {
    return words.stream()
        .map(word -> word.replaceAll("[^\\p{L}\\p{N}']", "").toLowerCase(Locale.ROOT))
        .toList();
  }
}
