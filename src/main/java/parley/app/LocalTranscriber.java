package parley.app;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.DoubleConsumer;
import org.jspecify.annotations.Nullable;
import parley.speech.Transcriber;
import parley.speech.Transcript;
import parley.speech.engine.Languages;
import parley.speech.engine.SpeechEngine;

/// Backend A: the engine in this process.
record LocalTranscriber(SpeechEngine engine) implements Transcriber {
  @Override
  public void checkLanguage(@Nullable String language) {
    Languages.check(language);
  }

  @Override
  public Transcript transcribe(Path recording, @Nullable String language, DoubleConsumer progress)
      throws IOException {
    return engine.transcribe(recording, language, progress::accept);
  }
}
