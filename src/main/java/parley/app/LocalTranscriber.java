package parley.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.function.DoubleConsumer;
import parley.health.HealthCheck;
import parley.speech.engine.EngineUnavailable;
import parley.speech.engine.SpeechEngine;
import parley.speech.transcript.SpeechOptions;
import parley.speech.transcript.Transcriber;
import parley.speech.transcript.Transcript;

/// Backend A: the engine in this process.
///
/// @param health how its models are
record LocalTranscriber(SpeechEngine engine, HealthCheck health) implements Transcriber {
  static LocalTranscriber of(SpeechEngine engine) {
    return new LocalTranscriber(engine, new HealthCheck("Speech recognition", engine::warmUp));
  }

  @Override
  public String model() {
    return "whisper-base";
  }

  @Override
  public Transcript transcribe(Path recording, SpeechOptions options, DoubleConsumer progress)
      throws IOException {
    try {
      return engine.transcribe(recording, options, progress::accept);
    } catch (UncheckedIOException failed) {
      if (failed.getCause() instanceof EngineUnavailable) {
        // So that readiness tells of it, and of its end.
        boolean _ = health.checkNow();
      }
      throw failed;
    }
  }

  /// How it is, in words.
  ///
  /// @throws NotReady when its models do not recognise a sound
  String state() {
    if (health.fault().isPresent()) {
      throw new NotReady("the models do not pass their self-test");
    }
    return "ok";
  }
}
