package parley.app;

import java.io.IOException;
import parley.speech.decoding.AudioDecoder;
import parley.speech.diarisation.DiarisationEngine;
import parley.speech.engine.ModelFolders;
import parley.speech.engine.SpeechEngine;

/// The speech models that a server uses, loaded and tried out.
///
/// @param recogniser writes down what is said
/// @param voices tells who says it
/// @param closing frees what the server does not share with others
public record SpeechModels(SpeechEngine recogniser, DiarisationEngine voices, Runnable closing) {
  /// Where a server gets its models from: [SpeechModels#load] unless several servers in a process
  /// share them.
  @FunctionalInterface
  public interface Source {
    /// Returns models that the server closes when it stops.
    ///
    /// @param folders of the model files
    /// @param threads that one run of a model may use
    /// @param decoder of the recordings
    /// @throws IOException naming the file that is missing, damaged or cannot be understood
    SpeechModels load(ModelFolders folders, int threads, AudioDecoder decoder) throws IOException;
  }

  /// Loads the models from their files and runs each of them once. As [Source#load].
  public static SpeechModels load(ModelFolders folders, int threads, AudioDecoder decoder)
      throws IOException {
    CloseStack loaded = new CloseStack();
    try {
      SpeechEngine recogniser = loaded.add(SpeechEngine.load(folders, threads, decoder));
      DiarisationEngine voices = loaded.add(DiarisationEngine.load(folders.models(), threads));
      recogniser.warmUp();
      voices.warmUp();
      return new SpeechModels(recogniser, voices, loaded::close);
    } catch (IOException | RuntimeException e) {
      loaded.close();
      throw e;
    }
  }

  void close() {
    closing.run();
  }
}
