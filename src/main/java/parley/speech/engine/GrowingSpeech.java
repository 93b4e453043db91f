package parley.speech.engine;

import java.util.Optional;
import java.util.OptionalDouble;

/// The utterance in progress. Thread-safe.
public interface GrowingSpeech {
  /// Returns the unfinished piece, as far as its audio has arrived; empty if nobody is speaking.
  Optional<Piece> growing();

  /// Returns the end of that piece's audio including its margin, in seconds from the start of the
  /// stream; 0 if nobody is speaking.
  double reach();

  /// Returns when its speech ended, in seconds from the start of the stream; empty while somebody
  /// speaks. If the pause goes on, [#growing] is all that the piece will ever say.
  OptionalDouble pausedSince();
}
