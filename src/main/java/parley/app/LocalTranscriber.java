package parley.app;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Supplier;
import parley.speech.engine.SpeechEngine;
import parley.speech.transcript.Progress;
import parley.speech.transcript.SpeechOptions;
import parley.speech.transcript.Transcriber;
import parley.speech.transcript.Transcript;

/// Backend A: the engine in this process.
///
/// @param engine waits until it is loaded
record LocalTranscriber(Supplier<SpeechEngine> engine) implements Transcriber {
  @Override
  public String model() {
    return engine.get().model();
  }

  @Override
  public Transcript transcribe(Path recording, SpeechOptions options, Progress progress)
      throws IOException {
    return engine.get().transcribe(recording, options, progress);
  }

  /// How it is, in words.
  ///
  /// @throws NotReady when its models do not recognise a sound
  String state() {
    if (engine.get().health().fault().isPresent()) {
      throw new NotReady("the models do not pass their self-test");
    }
    return "ok";
  }
}
