package parley.speech.engine;

import ai.onnxruntime.OrtException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.Deflater;
import parley.speech.Segment;

/// Turns a [Piece] into segments, by one or more windows of Whisper. For one thread at a time.
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

  /// A text that zlib shrinks to less than 1/2.4 repeats itself (OpenAI's `transcribe.py`).
  private static final double REPETITIVE = 2.4;

  /// Speech, in seconds, that is never without a word, and that is worth another window when it
  /// comes after the last written segment.
  private static final double WORTH_A_WORD = 1.0;

  /// A language that is less likely than this competes with others, unless they are less likely
  /// than a third of it.
  private static final double CERTAIN_LANGUAGE = 0.8;

  private static final double COMPETING = 1 / 3.0;

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
  private static final class Look {
    private final Hypothesis hypothesis;
    private final double[] times;

    Look(Hypothesis hypothesis, double[] times) {
      this.hypothesis = hypothesis;
      this.times = times;
    }

    Hypothesis hypothesis() {
      return hypothesis;
    }

    double[] times() {
      return times;
    }
  }

  /// Writes down the piece.
  ///
  /// @param knownLanguage index in [Languages], or −1 to detect it
  Recognition recognise(Piece piece, int knownLanguage) throws OrtException {
    SegmentWriter writer = new SegmentWriter(vocabulary, piece);
    int language = knownLanguage;
    double from = 0;
    while (true) {
      float[] samples = piece.samplesFrom(from);
      double seconds = samples.length / (double) VoiceActivity.SAMPLE_RATE;
      Look look = window(samples, seconds, speechAfter(piece, from), language);
      language = look.hypothesis().language();
      double reached = seconds;
      if (!isNoSpeech(look.hypothesis())) {
        reached = writer.add(look.hypothesis(), look.times(), from, seconds);
      }
      double next = from + reached;
      if (reached <= 0 || speechAfter(piece, next) < WORTH_A_WORD) {
        return new Recognition(writer.segments(), language);
      }
      from = next;
    }
  }

  /// Writes down one window; when the result looks wrong, once more with the full 30 seconds that
  /// Whisper was trained on, and takes the better one.
  private Look window(float[] samples, double seconds, double speech, int language)
      throws OrtException {
    Look first = look(samples, seconds, language, SILENCE_AFTER);
    if (isPlausible(first.hypothesis(), speech)) {
      return first;
    }
    Look second = look(samples, seconds, language, FULL_WINDOW);
    if (isPlausible(second.hypothesis(), speech)) {
      return second;
    }
    return second.hypothesis().meanLogProbability() > first.hypothesis().meanLogProbability()
        ? second
        : first;
  }

  private Look look(float[] samples, double seconds, int language, double silence)
      throws OrtException {
    int columns = samples.length / LogMel.HOP + (int) (silence * 100);
    // The encoder halves the columns.
    columns = Math.min(WhisperModel.MOST_COLUMNS, columns / 2 * 2);
    try (WhisperModel.Heard heard = model.encode(mel.of(samples, columns), columns)) {
      WhisperDecoding.Impression impression = decoding.listen(heard);
      List<Integer> candidates =
          language >= 0 ? List.of(language) : impression.languages(CERTAIN_LANGUAGE, COMPETING);
      Hypothesis best = decoding.decode(heard, impression, candidates.getFirst(), seconds, BEAMS);
      for (int candidate : candidates.subList(1, candidates.size())) {
        Hypothesis written = decoding.decode(heard, impression, candidate, seconds, BEAMS);
        if (written.meanLogProbability() > best.meanLogProbability()) {
          best = written;
        }
      }
      return new Look(best, decoding.times(heard, best, seconds));
    }
  }

  private boolean isPlausible(Hypothesis hypothesis, double speech) {
    String text = vocabulary.text(hypothesis.tokens());
    return hypothesis.meanLogProbability() >= UNSURE
        && compression(text) <= REPETITIVE
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

  static double compression(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length == 0) {
      return 0;
    }
    try (Deflater deflater = new Deflater()) {
      deflater.setInput(bytes);
      deflater.finish();
      byte[] shrunk = new byte[bytes.length + 64];
      return (double) bytes.length / deflater.deflate(shrunk);
    }
  }
}
