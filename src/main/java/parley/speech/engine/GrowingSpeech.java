package parley.speech.engine;

import java.util.Optional;

/// What somebody is saying just now. For any thread.
public interface GrowingSpeech {
  /// The piece that is being spoken, as far as it was heard; empty while nobody speaks.
  Optional<Piece> growing();

  /// Seconds from the start of the stream up to which there is sound of that piece, its margin of
  /// silence included; 0 while nobody speaks.
  double reach();
}
