package parley.speech.transcript;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.DoubleConsumer;

/// Turns a recording into text: what a [Backend] is made of.
public interface Transcriber {
  /// What it calls its model, for the meter and for those who ask.
  String model();

  /// Recognises the speech in a file of any supported format, told by its content.
  ///
  /// @param progress is told the share that is done, 0 to 1, at least every second; whatever it
  ///   throws stops the work and passes through
  /// @throws parley.problem.Problem when the file has nothing that can be heard, and BACKEND_ERROR,
  ///   BACKEND_TIMEOUT or BACKEND_UNAVAILABLE when another server could not do it
  Transcript transcribe(Path recording, SpeechOptions options, DoubleConsumer progress)
      throws IOException;
}
