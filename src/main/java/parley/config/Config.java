package parley.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The complete, validated configuration. [ConfigReader] creates it; `parley config` prints
/// [#documented()].
///
/// A key is the snake case form of its component's name (`dataDir` is `data_dir`); the key of a
/// [Duration] `drain` is `drain_seconds`.
public record Config(
    @Setting("The HTTP server.") ServerConfig server,
    @Setting("PostgreSQL, which holds all state.") Database database,
    @Setting("Where files are stored.") StorageConfig storage,
    @Setting("Media files.") Media media,
    @Setting("The virus scanner: ClamAV's clamd.") Scanner scanner,
    @Setting("Calls over LiveKit.") CallConfig calls,
    @Setting("Speech recognition in this process.") Speech speech,
    @Setting("Live captions.") Live live,
    @Setting("Enrolled speakers.") Speakers speakers,
    @Setting(
            "Another server that transcribes (backend B): any that speaks OpenAI's protocol,"
                + " including another Parley.")
        Relay relay,
    @Setting("Events, as read over the stream and by sync.") Events events,
    @Setting("The job queue.") Jobs jobs,
    @Setting("Rate limits of one API key.") Limits limits,
    @Setting("Tokens of an OpenID Connect issuer, accepted in addition to API keys.")
        OidcConfig oidc) {

  /// The format of log lines.
  public enum LogFormat {
    TEXT,
    JSON
  }

  /// What computes Whisper.
  public enum Device {
    CPU,
    CUDA
  }

  /// The connection to PostgreSQL.
  public record Database(
      @Setting(
              "The JDBC URL of a PostgreSQL server, version 15 or newer, such as"
                  + " jdbc:postgresql://db.example.org:5432/parley. If empty, the server runs its"
                  + " own PostgreSQL inside server.data_dir.")
          Optional<JdbcUrl> url,
      @Setting("The user for database.url. The embedded PostgreSQL ignores it.") String user,
      @Setting("The password for database.url. Prefer PARLEY_DATABASE_PASSWORD to a file.")
          Secret password,
      @Setting(
              value =
                  "The maximum number of connections of this process, not counting one for"
                      + " notifications and one for the health probe.",
              defaultValue = "10",
              range = {2, 1000})
          int poolSize) {}

  /// Limits and decoding of media files.
  public record Media(
      @Setting(
              "The ffmpeg that decodes audio, pictures and video, version 6 or newer, with"
                  + " ffprobe in the same folder. If empty, the bundled one is used, or else the"
                  + " one on the PATH.")
          Optional<Path> ffmpeg,
      @Setting(
              value = "The maximum size of one uploaded file, in MiB.",
              defaultValue = "2048",
              range = {1, 1_048_576})
          long maxUploadMb,
      @Setting(
              value =
                  "How many milliseconds the response to an upload waits for the picture's"
                      + " thumbnail; after that, an event announces it.",
              defaultValue = "1500",
              range = {0, 60_000})
          int thumbnailWaitMillis,
      @Setting(
              value = "How often files whose retention has ended are deleted.",
              defaultValue = "60",
              range = {1, 86_400})
          Duration expiryCheck) {}

  /// The virus scanner for uploads.
  public record Scanner(
      @Setting(
              "The address of clamd, such as unix:/run/clamav/clamd.ctl or"
                  + " clamd.example.org:3310; if there are several, comma-separated, each can"
                  + " replace the others. If empty, uploads are not scanned and are marked"
                  + " \"skipped\".")
          String addresses,
      @Setting(
              value = "How long connecting to clamd may take.",
              defaultValue = "5",
              range = {1, 600})
          Duration connecting,
      @Setting(
              value = "How long scanning one file may take.",
              defaultValue = "300",
              range = {1, 86_400})
          Duration scanning,
      @Setting(
              value =
                  "Files with more bytes are not scanned and are marked \"skipped\". Must not"
                      + " exceed clamd's own MaxFileSize and StreamMaxLength.",
              defaultValue = "100000000",
              range = 1)
          long maxBytes) {}

  /// Models and limits of the local recognizer.
  public record Speech(
      @Setting(
              value =
                  "The folder with the speech models. A relative path starts at Parley's"
                      + " installation folder.",
              defaultValue = "./models")
          Path models,
      @Setting(
              "The folder with the Whisper model to recognise speech with: one like the folder of"
                  + " the speech models, or a Whisper that Hugging Face's optimum has exported for"
                  + " ONNX Runtime. If empty, the one among the speech models. A relative path"
                  + " starts at Parley's installation folder.")
          Optional<Path> model,
      @Setting(
              "The folder with the Moonshine model for quick English: partial captions, and a second"
                  + " opinion. One like the folder of the speech models; if empty, the one among"
                  + " them. A relative path starts at Parley's installation folder.")
          Optional<Path> englishModel,
      @Setting(
              value =
                  "What computes speech.model: \"cpu\", or \"cuda\", an NVIDIA GPU, for a model that"
                      + " optimum has exported in 16 or 32 bits. All other models are computed on"
                      + " the CPU.",
              defaultValue = "cpu")
          Device device,
      @Setting(
              value =
                  "The folder with ONNX Runtime's libraries for speech.device = \"cuda\", as pip"
                      + " install --target makes it of onnxruntime-gpu[cuda,cudnn]. A relative path"
                      + " starts at Parley's installation folder.",
              defaultValue = "./cuda")
          Path cudaLibraries,
      @Setting(
              value = "How many processor cores recognition may use. 0 means all.",
              defaultValue = "0",
              range = {0, 1024})
          int threads,
      @Setting(
              value =
                  "The maximum size, in bytes, of a recording that is transcribed while the"
                      + " request waits. A larger one becomes a job.",
              defaultValue = "5242880",
              range = 0)
          long inlineMaxBytes,
      @Setting(
              value =
                  "The price of an hour of audio recognised on this server, in hundredths of"
                      + " your currency.",
              defaultValue = "0",
              range = {0, 100_000_000})
          int centsPerHour) {

    /// Returns the absolute directory of the models.
    ///
    /// @param home the installation directory
    public Path modelsIn(Path home) {
      return home.resolve(models);
    }
  }

  /// Limits of live caption streams.
  public record Live(
      @Setting(
              value = "The maximum number of concurrent streams per tenant on this node.",
              defaultValue = "20",
              range = {1, 10_000})
          int streamsPerTenant,
      @Setting(
              value =
                  "The maximum number of concurrent streams on this node. The last one is for a"
                      + " tenant who has none.",
              defaultValue = "200",
              range = {1, 10_000})
          int streams,
      @Setting(
              value = "How long a stream may receive nothing before it is closed.",
              defaultValue = "60",
              range = {1, 86_400})
          Duration idle,
      @Setting(
              value = "The maximum amount of audio in one stream.",
              defaultValue = "14400",
              range = {1, 604_800})
          Duration longest) {}

  /// Limits of enrolled speakers.
  public record Speakers(
      @Setting(
              value = "The maximum number of enrolled speakers per tenant.",
              defaultValue = "1000",
              range = {0, 10_000})
          int perTenant,
      @Setting(
              value = "The maximum size of a recording that a speaker is enrolled with, in MiB.",
              defaultValue = "64",
              range = {1, 1024})
          long maxRecordingMb,
      @Setting(
              value =
                  "How often to look for profiles that have expired or were made by another voice"
                      + " model, and for recordings that the tenant's policy no longer retains.",
              defaultValue = "60",
              range = {1, 86_400})
          Duration check) {}

  /// The server that recordings may be relayed to, and its timeouts.
  public record Relay(
      @Setting(
              "The base URL of its API, such as https://api.openai.com/v1. If empty, there is"
                  + " no relay.")
          Optional<URI> baseUrl,
      @Setting("Its API key, sent as a bearer token. Prefer PARLEY_RELAY_KEY to a file.")
          Secret key,
      @Setting(value = "The name of the model to request.", defaultValue = "whisper-1")
          String model,
      @Setting(
              value = "How long connecting may take.",
              defaultValue = "5",
              range = {1, 300})
          Duration connectTimeout,
      @Setting(
              value = "How long a response may take, from the first byte sent.",
              defaultValue = "600",
              range = {1, 86_400})
          Duration answerTimeout,
      @Setting(
              value =
                  "How many times a recording is sent if the server cannot be reached or fails.",
              defaultValue = "3",
              range = {1, 10})
          int attempts,
      @Setting(
              value = "The price of an hour of relayed audio, in hundredths of your currency.",
              defaultValue = "0",
              range = {0, 100_000_000})
          int centsPerHour) {}

  /// The retention of events.
  public record Events(
      @Setting(
              value =
                  "How many days events are kept. Messages are kept for good with their rooms."
                      + " A client that asks for what followed an event deleted since has to start"
                      + " over.",
              defaultValue = "30",
              range = {1, 36_500})
          int keepDays,
      @Setting(
              value = "How often expired events are deleted.",
              defaultValue = "3600",
              range = {1, 86_400})
          Duration pruneCheck) {}

  /// Limits of the job runner.
  public record Jobs(
      @Setting(
              value =
                  "How many jobs this process runs at once, separately for those that a request"
                      + " waits for and for background jobs. One more is for tenants of whom none"
                      + " runs.",
              defaultValue = "4",
              range = {1, 1000})
          int workers,
      @Setting(
              value =
                  "How old a background job may become while something it needs, such as the"
                      + " relay, is unavailable. Until then it is retried, then it fails.",
              defaultValue = "3600",
              range = {0, 604_800})
          Duration patience) {}

  /// The rate limit of one API key, a token bucket.
  public record Limits(
      @Setting(
              value = "The sustained number of requests per second of one key.",
              defaultValue = "100",
              range = {1, 1_000_000})
          int requestsPerSecond,
      @Setting(
              value = "How many requests a key may make at once after a pause.",
              defaultValue = "1000",
              range = {1, 1_000_000})
          int burst) {}

  /// Returns the configuration with every key at its default.
  public static Config defaults() {
    return ConfigReader.read(Optional.empty(), Map.of(), List.of());
  }

  /// Returns a complete configuration file in TOML: every key with its description, range and
  /// default. [ConfigReader] reads it back as [#defaults()].
  public static String documented() {
    return ConfigDocument.text();
  }
}
