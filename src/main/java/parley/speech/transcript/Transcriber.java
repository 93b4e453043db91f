package parley.speech.transcript;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.DoubleConsumer;

/// Turns a recording into text; the core of a [Backend].
public interface Transcriber {
  /// Returns the name of the model, for metering and for the API.
  String model();

  /// Transcribes a file of any supported format, which is detected from its content.
  ///
  /// @param progress receives the fraction done, 0 to 1, at least every second; an exception that
  ///   it throws stops the work and propagates
  /// @throws parley.problem.Problem if the file contains no audio; `BACKEND_ERROR`,
  ///   `BACKEND_TIMEOUT` or `BACKEND_UNAVAILABLE` if another server failed
  Transcript transcribe(Path recording, SpeechOptions options, DoubleConsumer progress)
      throws IOException;
}
