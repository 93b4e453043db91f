package parley.app;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.DoubleConsumer;
import parley.speech.SpeechOptions;
import parley.speech.Transcriber;
import parley.speech.Transcript;
import parley.speech.engine.SpeechEngine;

/// Backend A: the engine in this process.
record LocalTranscriber(SpeechEngine engine) implements Transcriber {
  @Override
  public String model() {
    return "whisper-base";
  }

  @Override
  public Transcript transcribe(Path recording, SpeechOptions options, DoubleConsumer progress)
      throws IOException {
    return engine.transcribe(recording, options, progress::accept);
  }
}
