package parley.testing;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import parley.app.SpeechModels;
import parley.config.Config;
import parley.speech.Recordings;
import parley.speech.decoding.AudioDecoder;
import parley.speech.diarisation.DiarisationEngine;
import parley.speech.engine.ModelFolders;
import parley.speech.engine.SpeechEngine;

/// The speech models, loaded once for all servers of this process: that takes ten times the
/// processor time of everything else in a start. Each server has its own queue and health on them.
public final class SharedModels {
  private record Key(ModelFolders folders, int threads) {}

  private static final Map<Key, SpeechModels> LOADED = new HashMap<>();

  private SharedModels() {}

  /// A recogniser on them with the usual decoder; the caller closes it.
  public static SpeechEngine recogniser() throws IOException {
    return usual().recogniser().another(Recordings.decoder());
  }

  /// What tells voices apart; nobody closes it.
  public static DiarisationEngine voices() throws IOException {
    return usual().voices();
  }

  /// As [SpeechModels.Source#load].
  public static SpeechModels load(ModelFolders folders, int threads, AudioDecoder decoder)
      throws IOException {
    SpeechModels loaded = loaded(folders, threads);
    SpeechEngine own = loaded.recogniser().another(decoder);
    return new SpeechModels(own, loaded.voices(), own::close);
  }

  private static SpeechModels usual() throws IOException {
    // Named as servers name it, or they would not share.
    Path folder = Config.defaults().speech().modelsIn(Path.of("").toAbsolutePath());
    return loaded(ModelFolders.in(folder), Runtime.getRuntime().availableProcessors());
  }

  private static synchronized SpeechModels loaded(ModelFolders folders, int threads)
      throws IOException {
    Key key = new Key(folders, threads);
    SpeechModels loaded = LOADED.get(key);
    if (loaded == null) {
      loaded = SpeechModels.load(folders, threads, Recordings.decoder());
      LOADED.put(key, loaded);
    }
    return loaded;
  }
}
