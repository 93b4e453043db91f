package parley.speech.engine;

import ai.onnxruntime.OrtException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import parley.speech.transcript.Segment;

/// Transcribes a [Piece] in one or more Whisper windows. Not thread-safe.
final class Recogniser {
  /// How often decoding restarts at speech that was not transcribed. Noise that sounds like a voice
  /// yields no words, however often it is decoded.
  private static final int MAX_RESTARTS = 4;

  private final WindowDecoder decoder;
  private final LanguageSwitch languageSwitch;
  private final Vocabulary vocabulary;

  Recogniser(WindowDecoder decoder, Vocabulary vocabulary) {
    this.decoder = decoder;
    this.languageSwitch = new LanguageSwitch(decoder);
    this.vocabulary = vocabulary;
  }

  /// The result for a piece.
  ///
  /// @param segments in order; empty if Whisper finds no speech either
  /// @param language index in [Languages] of the language of the segments
  record Recognition(List<Segment> segments, int language) {}

  /// Transcribes the piece, each stretch of speech in its own language.
  ///
  /// @param languages tracks the language of the recording; updated by the piece
  /// @param options at temperature 0, tokens are sampled only if the likeliest result is
  ///   implausible
  List<Recognition> recogniseEachLanguage(
      Piece piece, LanguageTracker languages, DecodingOptions options) throws OrtException {
    Attempt first = attempt(piece, 0, languages, options);
    Optional<Piece.Span> other =
        languages.isHinted() || options.temperature() > 0
            ? Optional.empty()
            : languageSwitch.find(piece, first);
    if (other.isPresent()) {
      Piece.Span span = other.get();
      LanguageTracker learning = languages.copy();
      learning.update(first.detection().languages(), first.hypothesis().language());
      Recognition foreign = recognise(piece.part(span.start(), span.end()), learning, options);
      if (foreign.language() != first.hypothesis().language() && !foreign.segments().isEmpty()) {
        List<Recognition> all = new ArrayList<>();
        addPart(piece, 0, span.start(), languages, options, all);
        all.add(foreign);
        addPart(piece, span.end(), piece.seconds(), languages, options, all);
        return all;
      }
    }
    return List.of(recognise(piece, first, languages, options));
  }

  private void addPart(
      Piece piece,
      double from,
      double to,
      LanguageTracker languages,
      DecodingOptions options,
      List<Recognition> all)
      throws OrtException {
    Piece part = piece.part(from, to);
    if (!part.speech().isEmpty()) {
      all.addAll(recogniseEachLanguage(part, languages, options));
    }
  }

  /// Transcribes the piece in one language.
  private Recognition recognise(Piece piece, LanguageTracker languages, DecodingOptions options)
      throws OrtException {
    return recognise(piece, attempt(piece, 0, languages, options), languages, options);
  }

  /// Runs every network once, and no further however unlikely the result looks: a self-test's sound
  /// is not speech.
  Attempt firstAttempt(Piece piece) throws OrtException {
    return decoder.decode(Window.of(piece, 0), new LanguageTracker(-1), DecodingOptions.PLAIN);
  }

  private Attempt attempt(
      Piece piece, double from, LanguageTracker languages, DecodingOptions options)
      throws OrtException {
    Window window = Window.of(piece, from);
    return options.temperature() > 0
        ? decoder.decode(window, languages, options)
        : decoder.likeliest(window, languages, options);
  }

  private Recognition recognise(
      Piece piece, Attempt first, LanguageTracker languages, DecodingOptions options)
      throws OrtException {
    SegmentBuilder builder = new SegmentBuilder(vocabulary, piece);
    double from = 0;
    int restarts = 0;
    Attempt attempt = first;
    while (true) {
      OptionalDouble untranscribed =
          restarts < MAX_RESTARTS
              ? attempt.untranscribed(piece, vocabulary)
              : OptionalDouble.empty();
      if (untranscribed.isPresent()) {
        restarts++;
        attempt = attempt.until(untranscribed.getAsDouble());
      }
      double reached = Math.min(builder.add(attempt), untranscribed.orElse(Double.MAX_VALUE));
      if (reached > from && !builder.segments().isEmpty()) {
        languages.update(attempt.detection().languages(), attempt.hypothesis().language());
      }
      if (reached <= from || piece.spokenAfter(reached) < Attempt.SPEECH_WITH_WORDS) {
        return new Recognition(builder.segments(), attempt.hypothesis().language());
      }
      from = reached;
      attempt = attempt(piece, from, languages, options);
    }
  }

  /// Transcribes a piece with the preceding ones as context, and adds it to the context.
  ///
  /// @param languages tracks the language of the recording
  Recognition recognise(Piece piece, LanguageTracker languages, PromptContext context)
      throws OrtException {
    Recognition recognition = following(piece, languages, context.before(piece), context.options());
    context.add(piece, recognition.segments());
    return recognition;
  }

  private Recognition following(
      Piece piece, LanguageTracker languages, Window window, DecodingOptions options)
      throws OrtException {
    if (window.from() < 0) {
      Attempt attempt = decoder.decode(window, languages, options);
      String text = vocabulary.text(attempt.hypothesis().tokens());
      SegmentBuilder builder = new SegmentBuilder(vocabulary, piece);
      if (attempt.isPlausible(text, window.speech())
          && !Loops.isTooFast(text, window.speech())
          && attempt.untranscribed(piece, vocabulary).isEmpty()
          && piece.spokenAfter(builder.add(attempt)) < Attempt.SPEECH_WITH_WORDS) {
        return new Recognition(builder.segments(), attempt.hypothesis().language());
      }
      // The context may be what misled the model: decode the piece alone.
    }
    return recognise(piece, languages, options);
  }
}
