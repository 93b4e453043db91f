package parley.speech;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.DoubleConsumer;
import org.jspecify.annotations.Nullable;

/// Turns a recording into text.
public interface Transcriber {
  /// Checks what a caller says of the language: ISO 639-1, or null to have it detected. Throws
  /// VALIDATION for a language that is not known.
  void checkLanguage(@Nullable String language);

  /// Recognises the speech in a file of any supported format, told by its content.
  ///
  /// @param language ISO 639-1, or null to have it detected
  /// @param progress is told the share that is done, 0 to 1; whatever it throws stops the work and
  ///   passes through
  /// @throws parley.problem.Problem when the file has nothing that can be heard
  Transcript transcribe(Path recording, @Nullable String language, DoubleConsumer progress)
      throws IOException;
}
