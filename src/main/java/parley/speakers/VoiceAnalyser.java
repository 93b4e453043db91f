package parley.speakers;

import java.io.IOException;
import parley.speech.decoding.AudioStream;

/// Measures voices: what speakers need of the voice models.
public interface VoiceAnalyser {
  /// The model by which it makes embeddings.
  VoiceModel model();

  /// Measures one recording, at least until it is seen to be longer than five minutes; blocks until
  /// the models have come round to all of it.
  ///
  /// @param audio which the caller closes
  /// @throws parley.problem.Problem as [AudioStream#read]
  /// @throws parley.problem.ServiceUnavailable when the decoder or the models do not work
  VoiceMeasurement measure(AudioStream audio) throws IOException;

  /// From which similarity on two recordings are taken for the same voice, 0 to 1.
  double sameVoice();

  /// From which similarity on somebody who is heard is named, 0 to 1.
  double naming();
}
