package parley.speech.engine;

import ai.onnxruntime.OrtException;
import java.util.List;

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

  /// Recognises the utterance in progress.
  void recognise(Piece piece, LocalAgreement agreement) throws OrtException {
    MoonshineModel.Decoded decoded = model.decode(piece, agreement.committed(), agreement.rest());
    if (isPlausible(decoded, piece)) {
      agreement.update(vocabulary.words(decoded.tokens()), vocabulary::text);
    }
  }

  /// Transcribes a whole piece; the text is empty if nothing is intelligible.
  MoonshineModel.Decoded write(Piece piece) throws OrtException {
    MoonshineModel.Decoded decoded = model.decode(piece, List.of(), List.of());
    return isPlausible(decoded, piece) ? decoded : MoonshineModel.Decoded.nothing();
  }

  String text(MoonshineModel.Decoded decoded) {
    return vocabulary.text(decoded.tokens());
  }

  private boolean isPlausible(MoonshineModel.Decoded decoded, Piece piece) {
    return decoded.meanLogProbability() >= MIN_LOG_PROBABILITY
        && !Loops.isLoop(vocabulary.text(decoded.tokens()), piece.spoken());
  }
}
