package parley.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import parley.config.Config;
import parley.config.Roles.Role;
import parley.speech.Backend;
import parley.speech.Backends;
import parley.speech.RecordingLength;
import parley.speech.SpeakerDiarisation;
import parley.speech.decoding.AudioDecoder;
import parley.speech.engine.ModelFolders;
import parley.speech.engine.SpeechEngine;
import parley.speech.relay.Relay;
import parley.speech.relay.RelaySettings;
import parley.speech.transcript.Transcriber;

/// Sets up what transcribes: our own recogniser where the node has that role, a relay where one is
/// configured. The models that tell voices apart load with the recogniser, whose queue they share.
final class SpeechBackends {
  private final CompletableFuture<Optional<Models>> loading;

  private record Models(SpeechModels loaded, SpeakerDiarisation voices) {
    void close() {
      voices.close();
      loaded.close();
    }
  }

  private SpeechBackends(CompletableFuture<Optional<Models>> loading) {
    this.loading = loading;
  }

  /// Begins to load the models where they are this node's role, which takes about as long as
  /// PostgreSQL's start.
  static SpeechBackends load(
      Config config,
      Path home,
      AudioDecoder decoder,
      SpeechModels.Source source,
      CloseStack opened) {
    CompletableFuture<Optional<Models>> loading =
        config.server().roles().has(Role.SPEECH)
            ? CompletableFuture.supplyAsync(
                () -> Optional.of(loaded(config.speech(), home, decoder, source)))
            : CompletableFuture.completedFuture(Optional.empty());
    // Also when the start fails at something else before the models are loaded.
    opened.add(() -> {
      loading.exceptionally(told -> Optional.empty()).join().ifPresent(Models::close);
    });
    return new SpeechBackends(loading);
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
        config.englishModel().map(home::resolve).orElse(models));
  }

  private static Models loaded(
      Config.Speech config, Path home, AudioDecoder decoder, SpeechModels.Source source) {
    try {
      int threads = threads(config);
      SpeechModels models = source.load(folders(config, home), threads, decoder);
      return new Models(
          models, new SpeakerDiarisation(models.voices(), models.recogniser(), decoder));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (LinkageError e) {
      Throwable cause = e;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      throw new UncheckedIOException(
          new IOException("the speech models cannot be run: " + cause.getMessage(), e));
    }
  }

  /// The backends, once the models are loaded.
  ///
  /// @throws IOException naming the model file that is missing or damaged
  Backends ready(Config.Relay relay, RecordingLength length, Clock clock, CloseStack opened)
      throws IOException {
    Map<Backend, Transcriber> present = new EnumMap<>(Backend.class);
    engine().ifPresent(own -> present.put(Backend.A, new LocalTranscriber(own)));
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
        .ifPresent(settings -> present.put(Backend.B, opened.add(Relay.to(settings, clock))));
    return new Backends(present, length);
  }

  /// The recogniser in this process, once it is loaded.
  Optional<SpeechEngine> engine() throws IOException {
    return models().map(models -> models.loaded().recogniser());
  }

  /// What distinguishes voices in this process, once the models are loaded.
  Optional<SpeakerDiarisation> voices() throws IOException {
    return models().map(Models::voices);
  }

  private Optional<Models> models() throws IOException {
    try {
      return loading.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof UncheckedIOException unreadable) {
        throw unreadable.getCause();
      }
      throw e;
    }
  }
}
