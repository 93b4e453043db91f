package parley.speakers;

import java.io.IOException;

/// Measures voices: what speakers need of the voice models.
public interface VoiceAnalyser {
  /// The model by which it makes embeddings.
  VoiceModel model();

  /// Measures one recording; blocks until the models have come round to it.
  ///
  /// @param samples mono, −1 to 1, at 16 kHz
  /// @throws parley.problem.ServiceUnavailable when the models do not work
  VoiceMeasurement measure(float[] samples) throws IOException;

  /// From which similarity on two recordings are taken for the same voice, 0 to 1.
  double sameVoice();

  /// From which similarity on somebody who is heard is named, 0 to 1.
  double naming();
}
