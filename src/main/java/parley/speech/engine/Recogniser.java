package parley.speech.engine;

import ai.onnxruntime.OrtException;
import java.util.List;
import java.util.OptionalDouble;
import parley.speech.transcript.Segment;

/// Makes segments of a [Piece], by one or more windows of Whisper. For one thread at a time.
final class Recogniser {
  /// How often a piece is begun anew behind speech of which nothing was written. Noise that sounds
  /// like a voice has no words, however often it is decoded.
  private static final int MAX_RETURNS = 4;

  private final WindowDecoder decoder;
  private final Vocabulary vocabulary;

  Recogniser(WindowDecoder decoder, Vocabulary vocabulary) {
    this.decoder = decoder;
    this.vocabulary = vocabulary;
  }

  /// What was recognised.
  ///
  /// @param segments in order; empty when Whisper finds no speech in the piece either
  /// @param language index in [Languages] of the language in which they are written
  record Recognition(List<Segment> segments, int language) {}

  /// Recognises the piece.
  ///
  /// @param languages what is known of the language; learns from the piece
  /// @param temperature 0 to take what is likeliest, and to let chance decide only where that looks
  ///   wrong; otherwise as [GreedyDecoder#sample] has it
  Recognition recognise(Piece piece, LanguageTracker languages, double temperature)
      throws OrtException {
    SegmentBuilder builder = new SegmentBuilder(vocabulary, piece);
    double from = 0;
    int returns = 0;
    while (true) {
      Window window = Window.of(piece, from);
      Attempt attempt =
          temperature > 0
              ? decoder.decode(window, languages, temperature)
              : decoder.likeliest(window, languages);
      OptionalDouble unwritten =
          returns < MAX_RETURNS ? attempt.unwritten(piece, vocabulary) : OptionalDouble.empty();
      if (unwritten.isPresent()) {
        returns++;
        attempt = attempt.until(unwritten.getAsDouble());
      }
      double reached = Math.min(builder.add(attempt), unwritten.orElse(Double.MAX_VALUE));
      if (reached > from && !builder.segments().isEmpty()) {
        languages.update(attempt.detection().languages(), attempt.hypothesis().language());
      }
      if (reached <= from || piece.spokenAfter(reached) < Attempt.WORTH_A_WORD) {
        return new Recognition(builder.segments(), attempt.hypothesis().language());
      }
      from = reached;
    }
  }

  /// Recognises a piece that follows others, and remembers it for the next.
  ///
  /// @param languages what is known of the language
  Recognition recognise(Piece piece, LanguageTracker languages, PromptContext context)
      throws OrtException {
    Recognition recognition = following(piece, languages, context.before(piece));
    context.add(piece, recognition.segments());
    return recognition;
  }

  private Recognition following(Piece piece, LanguageTracker languages, Window window)
      throws OrtException {
    if (window.from() < 0) {
      Attempt attempt = decoder.decode(window, languages, 0);
      String text = vocabulary.text(attempt.hypothesis().tokens());
      SegmentBuilder builder = new SegmentBuilder(vocabulary, piece);
      if (attempt.isPlausible(text, window.speech())
          && !Loops.isTooFast(text, window.speech())
          && attempt.unwritten(piece, vocabulary).isEmpty()
          && piece.spokenAfter(builder.add(attempt)) < Attempt.WORTH_A_WORD) {
        return new Recognition(builder.segments(), attempt.hypothesis().language());
      }
      // What looks wrong may come of what went before.
    }
    return recognise(piece, languages, 0);
  }
}
