package parley.speech.engine;

import ai.onnxruntime.OrtException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.Deflater;
import parley.speech.Segment;

/// Turns a [Piece] into segments, by one or more windows of Whisper.
final class Recogniser {
  private static final int RATE = 16_000;
  private static final int BEAMS = Integer.getInteger("beams", 5);

  /// Silence after the sound. Whisper was trained on windows filled up to 30 seconds; three tell it
  /// of the end as well and cost a fraction, one makes it repeat the last sentence.
  private static final double SILENCE_AFTER = 3;

  /// Above this probability of no speech, and below this mean log probability, the window counts as
  /// holding no speech (OpenAI's `transcribe.py`).
  private static final double NO_SPEECH = 0.6;

  private static final double UNSURE = -1.0;

  /// A text that zlib shrinks to less than 1/2.4 repeats itself (OpenAI's `transcribe.py`).
  private static final double REPETITIVE = 2.4;

  /// Speech after the last written segment that is worth another window.
  private static final double WORTH_ANOTHER_WINDOW = 1.0;

  private final WhisperModel model;
  private final WhisperDecoding decoding;
  private final Vocabulary vocabulary;

  Recogniser(WhisperModel model, WhisperDecoding decoding, Vocabulary vocabulary) {
    this.model = model;
    this.decoding = decoding;
    this.vocabulary = vocabulary;
  }

  /// For each of [Languages], the probability that it is spoken in the piece.
  double[] languages(Piece piece) throws OrtException {
    try (WhisperModel.Heard heard = listen(piece.samplesFrom(0))) {
      return decoding.languages(heard);
    }
  }

  /// Writes down the piece.
  ///
  /// @param language index in [Languages]
  /// @return in order; empty when Whisper finds no speech in the piece either
  List<Segment> recognise(Piece piece, int language) throws OrtException {
    List<Segment> segments = new ArrayList<>();
    double from = 0;
    while (true) {
      float[] samples = piece.samplesFrom(from);
      double seconds = (double) samples.length / RATE;
      Hypothesis hypothesis;
      try (WhisperModel.Heard heard = listen(samples)) {
        hypothesis = decoding.decode(heard, language, seconds, BEAMS);
      }
      double reached = seconds;
      if (isTrusted(hypothesis)) {
        reached = append(segments, hypothesis.tokens(), piece.startSeconds() + from, seconds);
      }
      double next = from + reached;
      if (reached <= 0 || speechAfter(piece, next) < WORTH_ANOTHER_WINDOW) {
        return segments;
      }
      from = next;
    }
  }

  private WhisperModel.Heard listen(float[] samples) throws OrtException {
    int columns = samples.length / LogMel.HOP + (int) (SILENCE_AFTER * 100);
    // The encoder halves the columns.
    columns = Math.min(WhisperModel.MOST_COLUMNS, columns / 2 * 2);
    return model.encode(new LogMel().of(samples, columns), columns);
  }

  private boolean isTrusted(Hypothesis hypothesis) {
    if (hypothesis.noSpeech() > NO_SPEECH && hypothesis.meanLogProbability() < UNSURE) {
      return false;
    }
    return compression(vocabulary.text(hypothesis.tokens())) <= REPETITIVE;
  }

  /// Adds what the tokens say.
  ///
  /// @return seconds from the window's start up to which it was written down
  private double append(List<Segment> segments, List<Integer> tokens, double start, double length) {
    List<Integer> text = new ArrayList<>();
    double began = 0;
    double ended = 0;
    for (int token : tokens) {
      if (!Vocabulary.isTimestamp(token)) {
        text.add(token);
        continue;
      }
      double time = Math.min(Vocabulary.secondsOf(token), length);
      if (!text.isEmpty()) {
        add(segments, text, start + began, start + time);
        text.clear();
        ended = time;
      }
      began = time;
    }
    if (!text.isEmpty()) {
      add(segments, text, start + began, start + length);
      ended = length;
    }
    return ended;
  }

  private void add(List<Segment> segments, List<Integer> tokens, double start, double end) {
    String text = vocabulary.text(tokens).strip();
    if (!text.isEmpty() && end > start) {
      segments.add(new Segment(start, end, text, List.of()));
    }
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
