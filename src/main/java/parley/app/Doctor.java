package parley.app;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import parley.config.Config;
import parley.config.Roles.Role;
import parley.config.StorageConfig;
import parley.db.embedded.EmbeddedPostgres;
import parley.ffmpeg.Ffmpeg;
import parley.peers.WholeAnswer;
import parley.speech.decoding.AudioDecoder;
import parley.speech.decoding.DecodingLimits;
import parley.speech.engine.SpeechEngine;
import parley.storage.DataDirectory;
import parley.storage.DataDirectoryInUse;

/// Looks at each part that a server with this configuration needs, by having it do what it is for.
/// A server may be running meanwhile, or be unable to start.
final class Doctor {
  private static final long MIB = 1024 * 1024;

  /// Less, and uploads of a usual size do not fit beside what the database needs.
  private static final long MIN_DISK = 256 * MIB;

  private static final long LITTLE_DISK = 2048 * MIB;

  /// The models, the heap and the database at work (README, "Measured").
  private static final long MIN_MEMORY_WITH_MODELS = 1280 * MIB;

  private static final long MIN_MEMORY = 384 * MIB;

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /// More than any list of models.
  private static final long MAX_ANSWER_BYTES = 16L * 1024 * 1024;

  /// How a part is. Only `BAD` keeps a server from its work.
  enum State {
    OK,
    OFF,
    WARN,
    BAD
  }

  /// One line of the table.
  record Finding(String part, State state, String detail) {}

  private interface Look {
    Finding at(CloseStack opened) throws IOException;
  }

  private final Config config;
  private final Path home;
  private final Path scratch;

  /// @param home the folder Parley is installed in
  /// @param scratch an empty folder for what only the look needs
  Doctor(Config config, Path home, Path scratch) {
    this.config = config;
    this.home = home;
    this.scratch = scratch;
  }

  /// Looks at every part, however many of them are bad.
  List<Finding> examine() {
    return List.of(
        look("java", opened -> java()),
        look("memory", opened -> memory()),
        look("disk", opened -> disk()),
        look("port", opened -> port()),
        look("decoder", this::decoder),
        look("models", this::models),
        look("database", this::database),
        look("store", this::store),
        look("clamd", opened -> clamd()),
        look("livekit", this::liveKit),
        look("recordings", this::recordings),
        look("relay", opened -> relay()));
  }

  private static Finding look(String part, Look look) {
    try (CloseStack opened = new CloseStack()) {
      return look.at(opened);
    } catch (IOException | RuntimeException failure) {
      String message = failure.getMessage();
      return new Finding(
          part, State.BAD, NativeLibraries.advised(message == null ? failure.toString() : message));
    }
  }

  private static Finding java() {
    return new Finding(
        "java",
        State.OK,
        System.getProperty("java.runtime.version") + " in " + System.getProperty("java.home"));
  }

  private Finding memory() {
    long total =
        ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
            .getTotalMemorySize();
    long needed = config.server().roles().has(Role.SPEECH) ? MIN_MEMORY_WITH_MODELS : MIN_MEMORY;
    return new Finding(
        "memory",
        total < needed ? State.BAD : State.OK,
        "%d MiB for all; %d MiB are needed at least".formatted(total / MIB, needed / MIB));
  }

  private Finding disk() throws IOException {
    Path folder = config.server().dataDir().toAbsolutePath();
    while (!Files.exists(folder)) {
      folder = folder.resolve("..").normalize();
    }
    long left = Files.getFileStore(folder).getUsableSpace();
    State state = left < MIN_DISK ? State.BAD : left < LITTLE_DISK ? State.WARN : State.OK;
    if (!Files.isWritable(folder)) {
      return new Finding("disk", State.BAD, "cannot write to " + folder);
    }
    return new Finding("disk", state, "%d MiB free at %s".formatted(left / MIB, folder));
  }

  private Finding port() throws IOException {
    String bind = config.server().bind();
    int port = config.server().port();
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getByName(bind), port));
      return new Finding("port", State.OK, "%s:%d is free".formatted(bind, port));
    } catch (BindException taken) {
      boolean ours = isParley(URI.create("http://" + host(bind) + ":" + port + "/healthz"));
      return new Finding(
          "port",
          ours ? State.OK : State.BAD,
          "%s:%d: %s".formatted(bind, port, ours ? "a server answers" : taken.getMessage()));
    }
  }

  private static boolean isParley(URI health) {
    try {
      return get(health, "") == 200;
    } catch (IOException silent) {
      return false;
    }
  }

  /// An address that listens everywhere is reached on the machine itself.
  private static String host(String bind) throws IOException {
    InetAddress address = InetAddress.getByName(bind);
    if (address.isAnyLocalAddress()) {
      return "127.0.0.1";
    }
    return bind.contains(":") ? "[" + bind + "]" : bind;
  }

  private Finding decoder(CloseStack opened) throws IOException {
    OpenDecoder decoder = OpenDecoder.start(config, scratch, opened);
    Ffmpeg programs = decoder.programs();
    return new Finding(
        "decoder",
        State.OK,
        decoder.name() + ": " + programs.ffmpeg() + "; " + programs.confinement().describe());
  }

  private Finding models(CloseStack opened) throws IOException {
    if (!config.server().roles().has(Role.SPEECH)) {
      return new Finding("models", State.OFF, "\"speech\" is not among the roles of this node");
    }
    // The models get no sound from it: that they recognise one is what is looked at here.
    AudioDecoder unused =
        new AudioDecoder(OpenDecoder.unproven(config, scratch), DecodingLimits.DEFAULT);
    long began = System.nanoTime();
    SpeechEngine engine =
        SpeechBackends.load(config, home, unused, SpeechModels::load, opened)
            .models()
            .orElseThrow()
            .await()
            .recogniser();
    long took = Duration.ofNanos(System.nanoTime() - began).toMillis();
    return new Finding(
        "models",
        State.OK,
        "%s recognised a sound on %s, %d ms after they began to load"
            .formatted(engine.model(), engine.device(), took));
  }

  private Finding database(CloseStack opened) throws IOException {
    if (config.database().url().isPresent()) {
      return new Finding("database", State.OK, OpenDatabase.version(config, scratch, opened));
    }
    Path dataDirectory = config.server().dataDir();
    if (!EmbeddedPostgres.existsIn(dataDirectory)) {
      return new Finding(
          "database",
          State.OK,
          "embedded " + OpenDatabase.version(config, scratch, opened) + ", in a trial folder");
    }
    try {
      Path held = opened.add(DataDirectory.hold(dataDirectory)).path();
      return new Finding(
          "database", State.OK, "embedded " + OpenDatabase.version(config, held, opened));
    } catch (DataDirectoryInUse serverRuns) {
      return new Finding(
          "database",
          State.OK,
          "embedded "
              + OpenDatabase.versionOfRunning(dataDirectory.toRealPath(), opened)
              + ", in use by a server that runs");
    }
  }

  private Finding store(CloseStack opened) throws IOException {
    boolean local = config.storage().kind() == StorageConfig.Kind.LOCAL;
    Path folder = config.server().dataDir();
    if (local && !Files.exists(folder)) {
      return new Finding("store", State.OK, "a folder in " + folder + ", which will be made");
    }
    OpenStore.start(config.storage(), folder, opened).check();
    return new Finding(
        "store",
        State.OK,
        local ? "a folder in " + folder : OpenStore.settings(config.storage()).toString());
  }

  private Finding clamd() {
    String state = MediaParts.scannerState(config.scanner(), Clock.systemUTC());
    return new Finding("clamd", stateOf(state, "skipped"), state);
  }

  private Finding liveKit(CloseStack opened) {
    String state = CallParts.state(config.calls(), Clock.systemUTC(), opened);
    return new Finding("livekit", stateOf(state, "off"), state);
  }

  private Finding recordings(CloseStack opened) {
    String state = CallParts.recordings(config, opened);
    return new Finding("recordings", stateOf(state, "off"), state);
  }

  private static State stateOf(String words, String off) {
    if (words.equals("ok")) {
      return State.OK;
    }
    if (words.startsWith(off)) {
      return State.OFF;
    }
    return words.startsWith("ok") ? State.WARN : State.BAD;
  }

  private Finding relay() throws IOException {
    if (config.relay().baseUrl().isEmpty()) {
      return new Finding("relay", State.OFF, "no relay is configured");
    }
    String base = config.relay().baseUrl().get().toString();
    URI models = URI.create(base.endsWith("/") ? base + "models" : base + "/models");
    int status = get(models, config.relay().key().value());
    boolean refused = status == 401 || status == 403;
    return new Finding(
        "relay",
        refused || status >= 500 ? State.BAD : State.OK,
        models + (refused ? " refuses the key" : " answers") + " (" + status + ")");
  }

  /// The status of an answer.
  ///
  /// @throws IOException when there is none
  private static int get(URI address, String token) throws IOException {
    try (HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
      HttpRequest.Builder request = HttpRequest.newBuilder(address).timeout(PATIENCE);
      if (!token.isEmpty()) {
        request.header("Authorization", "Bearer " + token);
      }
      return WholeAnswer.of(client, request.build(), PATIENCE, MAX_ANSWER_BYTES).statusCode();
    } catch (java.net.http.HttpTimeoutException | java.net.ConnectException unreachable) {
      throw new IOException(address + " cannot be reached", unreachable);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
