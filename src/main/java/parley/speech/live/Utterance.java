package parley.speech.live;

import org.jspecify.annotations.Nullable;
import parley.speech.engine.LocalAgreement;
import parley.speech.engine.Piece;

/// Something that is being said, from the first guess at it to its final text. Belongs to
/// [Captions], whose lock guards it; only the draft is the guesser's own.
final class Utterance {
  final LocalAgreement agreement = new LocalAgreement();

  /// The piece once it is whole; null while somebody is still saying it.
  @Nullable Piece piece;

  /// What was guessed last, and where: seconds of the stream.
  String partial = "";

  double start;
  double end;

  /// Up to where the sound was that was guessed at.
  double partialUpTo;

  /// Its final text is there: no guess counts any more.
  boolean written;
}
