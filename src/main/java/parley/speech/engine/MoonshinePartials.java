package parley.speech.engine;

import ai.onnxruntime.OrtException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import parley.speech.transcript.Confidence;
import parley.speech.transcript.Segment;

/// Fast results in English, partial or final. Thread-safe.
final class MoonshinePartials {
  /// Below this mean log probability the model hallucinates; speech that it recognises scores −0.1
  /// to −0.7, even in its first half second.
  private static final double MIN_LOG_PROBABILITY = -1.2;

  private final MoonshineModel model;
  private final MoonshineVocabulary vocabulary;
  private final Vocabulary whispers;

  /// @param whispers Whisper's vocabulary
  MoonshinePartials(MoonshineModel model, MoonshineVocabulary vocabulary, Vocabulary whispers) {
    this.model = model;
    this.vocabulary = vocabulary;
    this.whispers = whispers;
  }

  /// A piece and its text.
  record Passage(Piece piece, List<Integer> tokens) {
    Passage {
      tokens = List.copyOf(tokens);
    }

    /// Whether the next piece goes on in the middle of what this one says. Its first word is hardly
    /// intelligible by itself.
    boolean continuesIn(Piece next) {
      return next.continues(piece)
          && !tokens.isEmpty()
          && MoonshineModel.accepts((int) (next.end() - piece.start()));
    }
  }

  /// Recognises the utterance in progress; empty if nothing is intelligible.
  Optional<MoonshineModel.Decoded> recognise(Piece piece, LocalAgreement agreement)
      throws OrtException {
    MoonshineModel.Decoded decoded = model.decode(piece, agreement.committed(), agreement.rest());
    if (!isPlausible(decoded, piece)) {
      return Optional.empty();
    }
    agreement.update(vocabulary.words(decoded.tokens()), vocabulary::text);
    return Optional.of(decoded);
  }

  /// Transcribes a whole piece; there is no text if nothing is intelligible.
  ///
  /// @param draft what is likely to be the text; it changes the cost, not the result
  LiveEngine.Written write(Piece piece, List<Integer> draft) throws OrtException {
    MoonshineModel.Decoded decoded = model.decode(piece, List.of(), draft);
    return written(piece, isPlausible(decoded, piece) ? decoded : MoonshineModel.Decoded.nothing());
  }

  /// Transcribes a whole piece that goes on where another one was cut off.
  LiveEngine.Written continued(Passage before, Piece piece) throws OrtException {
    float[] window = new float[(int) (piece.end() - before.piece().start())];
    before.piece().copyTo(window, before.piece().start());
    piece.copyTo(window, before.piece().start());
    try (MoonshineModel.Encoded encoded = model.encode(window)) {
      MoonshineModel.Decoded all = encoded.decode(before.tokens(), List.of());
      MoonshineModel.Decoded decoded =
          new MoonshineModel.Decoded(
              all.tokens().subList(before.tokens().size(), all.tokens().size()),
              all.newLogProbability(),
              all.newLogProbability(),
              true);
      return written(
          piece, isPlausible(decoded, piece) ? decoded : MoonshineModel.Decoded.nothing());
    }
  }

  /// Returns what was written of a piece by whichever model.
  Passage passage(Piece piece, List<Segment> segments) {
    List<String> words =
        segments.stream()
            .flatMap(segment -> Stream.of(segment.text().strip().split("\\s+")))
            .toList();
    return new Passage(piece, vocabulary.encode(words));
  }

  /// Returns a text as the final result for its piece, with Whisper's tokens, so that either model
  /// can go on from there.
  LiveEngine.Written written(Piece piece, MoonshineModel.Decoded decoded) {
    String text = vocabulary.text(decoded.tokens());
    Confidence confidence = new Confidence(decoded.logProbability(), 0);
    return new LiveEngine.Written(
        text.codePoints().noneMatch(Character::isLetterOrDigit)
            ? List.of()
            : List.of(
                new Segment(
                    piece.speechStart(),
                    piece.speechEnd(),
                    text,
                    List.of(),
                    whispers.encode(" " + text),
                    confidence)),
        "en");
  }

  private boolean isPlausible(MoonshineModel.Decoded decoded, Piece piece) {
    return decoded.newLogProbability() >= MIN_LOG_PROBABILITY
        && !Loops.isLoop(vocabulary.text(decoded.tokens()), piece.spoken());
  }
}
