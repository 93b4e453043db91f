package parley.speech.deepgram;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/// The model that wrote a transcript.
///
/// @param uuid derived from the name
record ModelInfo(@JsonIgnore String uuid, String name, String version, String arch) {
  static ModelInfo of(String name) {
    // The version is part of the name, and all models here are or speak for Whisper.
    return new ModelInfo(
        UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString(),
        name,
        "1",
        "whisper");
  }
}
