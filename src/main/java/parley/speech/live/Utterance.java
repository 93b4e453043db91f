package parley.speech.live;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.speech.engine.LocalAgreement;
import parley.speech.engine.PartialResult;
import parley.speech.engine.Piece;

/// Something that is being said, from its first partial caption to its final ones. Belongs to
/// [Utterances], whose lock guards it; only the agreement is its partial worker's own.
final class Utterance {
  final LocalAgreement agreement = new LocalAgreement();

  /// The piece once it is whole; null while somebody is still saying it.
  volatile @Nullable Piece piece;

  /// What is shown after its final captions.
  final List<LiveFrame> after = new ArrayList<>();

  /// What its last partial caption was made of; null if it has none.
  @Nullable PartialResult recognised;

  Captions.Partial partial = Captions.Partial.NONE;

  /// Seconds of the stream up to which it was looked at for a partial caption.
  double partialUpTo;

  /// Its final captions are shown: no partial one counts any more.
  boolean isFinal;
}
