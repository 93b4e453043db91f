package parley.speech.engine;

import ai.onnxruntime.OrtException;
import java.util.List;

/// Guesses at English. Any number of threads may ask at a time.
final class MoonshineGuesses {
  /// Below this mean log probability the model invents; speech that it understands gives −0.1 to
  /// −0.7, its first half second included.
  private static final double UNSURE = -1.2;

  private final MoonshineModel model;
  private final MoonshineVocabulary vocabulary;

  MoonshineGuesses(MoonshineModel model, MoonshineVocabulary vocabulary) {
    this.model = model;
    this.vocabulary = vocabulary;
  }

  /// Guesses at what is said in the piece so far.
  void guess(Piece piece, Draft draft) throws OrtException {
    MoonshineModel.Heard heard = model.hear(piece, draft.standing(), draft.rest());
    if (isPlausible(heard, piece)) {
      draft.guessed(vocabulary.words(heard.tokens()), vocabulary::text);
    }
  }

  /// Writes down a whole piece; an empty text when nothing can be understood.
  MoonshineModel.Heard write(Piece piece) throws OrtException {
    MoonshineModel.Heard heard = model.hear(piece, List.of(), List.of());
    return isPlausible(heard, piece) ? heard : MoonshineModel.Heard.nothing();
  }

  String text(MoonshineModel.Heard heard) {
    return vocabulary.text(heard.tokens());
  }

  private boolean isPlausible(MoonshineModel.Heard heard, Piece piece) {
    return heard.meanLogProbability() >= UNSURE
        && !Loops.isLoop(vocabulary.text(heard.tokens()), piece.spoken());
  }
}
