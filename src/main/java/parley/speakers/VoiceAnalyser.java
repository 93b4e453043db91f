package parley.speakers;

import java.io.IOException;
import java.nio.file.Path;

/// Measures voices; implemented by the node's voice models.
public interface VoiceAnalyser {
  /// The model of its embeddings.
  VoiceModel model();

  /// Measures one recording, or the first five minutes of a longer one; blocks until done.
  ///
  /// @throws parley.problem.Problem UNSUPPORTED_MEDIA for a file without audio
  /// @throws parley.problem.ServiceUnavailable when the decoder or the models do not work
  VoiceMeasurement measure(Path recording) throws IOException;

  /// The similarity from which two recordings count as the same voice, 0 to 1.
  double sameVoice();

  /// The similarity from which a voice is named, 0 to 1.
  double naming();
}
