package parley.speech.transcript;

import java.io.IOException;
import java.nio.file.Path;

/// Turns a recording into text; the core of a [Backend].
public interface Transcriber {
  /// Returns the name of the model, for metering and for the API.
  String model();

  /// Transcribes a file of any supported format, which is detected from its content.
  ///
  /// @param progress called at least every second
  /// @throws parley.problem.Problem if the file contains no audio; `BACKEND_ERROR`,
  ///   `BACKEND_TIMEOUT` or `BACKEND_UNAVAILABLE` if another server failed
  Transcript transcribe(Path recording, SpeechOptions options, Progress progress)
      throws IOException;
}
