package parley.speech.live;

import java.io.IOException;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import parley.speech.engine.LiveEngine;
import parley.speech.engine.PartialResult;
import parley.speech.engine.Piece;

/// Recognises the pieces of one stream for good.
interface FinalRecogniser {
  /// Recognises a piece; blocks for as long as it takes.
  ///
  /// @param language ISO 639-1; null to detect it
  /// @param patience after which a quicker way may be taken; zero to take it at once
  /// @param last the last partial result of the piece; null if there is none
  /// @param unwanted asked now and then by who waits for another server; once it is true nobody
  ///   takes the text any more
  /// @throws java.util.concurrent.CancellationException when it was unwanted meanwhile
  /// @throws parley.problem.Problem BACKEND_ERROR, BACKEND_TIMEOUT or BACKEND_UNAVAILABLE when
  ///   another server could not do it
  LiveEngine.Written recognise(
      Piece piece,
      @Nullable String language,
      Duration patience,
      @Nullable PartialResult last,
      BooleanSupplier unwanted)
      throws IOException;
}
