package parley.speech.engine;

import ai.onnxruntime.OrtException;
import java.util.List;
import java.util.Optional;

/// Fast results in English, partial or final. Thread-safe.
final class MoonshinePartials {
  /// Below this mean log probability the model hallucinates; speech that it recognises scores −0.1
  /// to −0.7, even in its first half second.
  private static final double MIN_LOG_PROBABILITY = -1.2;

  private final MoonshineModel model;
  private final MoonshineVocabulary vocabulary;

  MoonshinePartials(MoonshineModel model, MoonshineVocabulary vocabulary) {
    this.model = model;
    this.vocabulary = vocabulary;
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

  /// Transcribes a whole piece; the text is empty if nothing is intelligible.
  ///
  /// @param draft what is likely to be the text; it changes the cost, not the result
  MoonshineModel.Decoded write(Piece piece, List<Integer> draft) throws OrtException {
    MoonshineModel.Decoded decoded = model.decode(piece, List.of(), draft);
    return isPlausible(decoded, piece) ? decoded : MoonshineModel.Decoded.nothing();
  }

  String text(MoonshineModel.Decoded decoded) {
    return vocabulary.text(decoded.tokens());
  }

  private boolean isPlausible(MoonshineModel.Decoded decoded, Piece piece) {
    return decoded.newLogProbability() >= MIN_LOG_PROBABILITY
        && !Loops.isLoop(vocabulary.text(decoded.tokens()), piece.spoken());
  }
}
