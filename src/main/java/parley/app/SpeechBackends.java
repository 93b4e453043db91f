package parley.app;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import parley.config.Config;
import parley.config.Roles.Role;
import parley.speech.Backend;
import parley.speech.Backends;
import parley.speech.ChannelFiles;
import parley.speech.JoinedRecordings;
import parley.speech.SpeakerDiarisation;
import parley.speech.decoding.AudioDecoder;
import parley.speech.engine.LiveEngine;
import parley.speech.engine.ModelFolders;
import parley.speech.engine.SpeechEngine;
import parley.speech.relay.Relay;
import parley.speech.relay.RelaySettings;
import parley.speech.transcript.Transcriber;

/// Sets up what transcribes: our own recogniser where the node has that role, a relay where one is
/// configured. The models that tell voices apart load with the recogniser, whose queue they share.
///
/// @param models of this node, if it has the role
/// @param voices what distinguishes voices in this process
record SpeechBackends(Optional<LoadingModels> models, Optional<SpeakerDiarisation> voices) {
  /// Begins to load the models where they are this node's role, which takes longer than the rest of
  /// a start.
  static SpeechBackends load(
      Config config,
      Path home,
      AudioDecoder decoder,
      SpeechModels.Source source,
      CloseStack opened) {
    if (!config.server().roles().has(Role.SPEECH)) {
      return new SpeechBackends(Optional.empty(), Optional.empty());
    }
    Config.Speech speech = config.speech();
    LoadingModels models =
        opened.add(
            LoadingModels.begin(
                () -> source.load(folders(speech, home), threads(speech), decoder)));
    SpeakerDiarisation voices =
        opened.add(
            new SpeakerDiarisation(
                () -> models.get().voices(), () -> models.get().recogniser(), decoder));
    return new SpeechBackends(Optional.of(models), Optional.of(voices));
  }

  /// How many processor cores recognition may use.
  static int threads(Config.Speech config) {
    return config.threads() == 0 ? Runtime.getRuntime().availableProcessors() : config.threads();
  }

  /// Where the configured models are.
  static ModelFolders folders(Config.Speech config, Path home) {
    Path models = config.modelsIn(home);
    return new ModelFolders(
        models,
        config.model().map(home::resolve).orElse(models),
        config.englishModel().map(home::resolve).orElse(models),
        config.device() == Config.Device.CUDA
            ? Optional.of(home.resolve(config.cudaLibraries()))
            : Optional.empty());
  }

  /// The backends that are set up.
  Backends all(Config.Relay relay, ChannelFiles files, Clock clock, CloseStack opened) {
    Map<Backend, Transcriber> present = new EnumMap<>(Backend.class);
    recogniser().ifPresent(own -> present.put(Backend.A, new LocalTranscriber(own)));
    relay
        .baseUrl()
        .map(address ->
            RelaySettings.at(
                address,
                relay.key().value(),
                relay.model(),
                relay.connectTimeout(),
                relay.answerTimeout(),
                relay.attempts()))
        .map(settings -> opened.add(Relay.to(settings, clock)))
        .ifPresent(other -> present.put(Backend.B, new JoinedRecordings(other, files)));
    return new Backends(present, new DecodedLength(files.decoder()));
  }

  /// The recogniser in this process, for whoever waits until it is loaded.
  Optional<Supplier<SpeechEngine>> recogniser() {
    return models.map(own -> () -> own.get().recogniser());
  }

  /// What makes live captions in this process, likewise.
  Optional<Supplier<LiveEngine>> live() {
    return models.map(own -> () -> own.get().recogniser().live());
  }

  /// Waits until the models of this node are loaded, for as long as that takes.
  ///
  /// @throws IOException naming the model file that is missing or damaged
  void await() throws IOException {
    if (models.isPresent()) {
      models.get().await();
    }
  }

  /// @throws NotReady while the models are loading
  void requireLoaded() {
    if (models.isPresent() && !models.get().areLoaded()) {
      throw new NotReady("the models are loading");
    }
  }
}
