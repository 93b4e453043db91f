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
    @Setting("The HTTP server.") Server server,
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
    @Setting("Tokens of an OpenID Connect issuer, accepted in addition to API keys.") Oidc oidc) {

  /// The format of log lines.
  public enum LogFormat {
    TEXT,
    JSON
  }

  /// The HTTP server, its files and its shutdown.
  public record Server(
      @Setting(
              value = "The TCP port to listen on. 0 picks a free one.",
              defaultValue = "8080",
              range = {0, 65535})
          int port,
      @Setting(
              value =
                  "The address to listen on. With 0.0.0.0 (all addresses), put a proxy with TLS"
                      + " in front.",
              defaultValue = "127.0.0.1")
          String bind,
      @Setting(
              "The server's public address, such as https://parley.example.org; links in"
                  + " responses begin with it. If empty, signed links begin with the address that"
                  + " the caller used, and those of the app dialect are relative.")
          Optional<URI> publicUrl,
      @Setting(
              "The proxies in front of this server, as comma-separated addresses or networks,"
                  + " such as 10.0.0.5,192.168.0.0/16. Only their X-Forwarded-For (the client's"
                  + " address) and X-Forwarded-Proto (whether it used TLS) are trusted. Without"
                  + " this, all clients behind a proxy share the limits of one address.")
          String trustedProxies,
      @Setting(
              value =
                  "The origins whose pages may call the API from a browser (CORS),"
                      + " comma-separated, such as https://app.example.org. * means all, empty none"
                      + " but the server's own. Browsers do not send tokens by themselves, so this"
                      + " protects nothing that tokens do not.",
              defaultValue = "*")
          Origins corsOrigins,
      @Setting(
              value =
                  "The roles of this node, comma-separated: \"api\" answers requests,"
                      + " \"worker\" runs jobs, \"speech\" loads the speech models (backend A),"
                      + " which live captions need. A worker without \"speech\" sends jobs to the"
                      + " relay, so if a cluster has models, keep \"worker\" and \"speech\""
                      + " together.",
              defaultValue = "api,worker,speech")
          Roles roles,
      @Setting(
              value =
                  "The folder for everything the server keeps: media files, the embedded"
                      + " database, unfinished uploads. A relative path starts at the working"
                      + " directory.",
              defaultValue = "./data")
          Path dataDir,
      @Setting(
              value = "The format of log lines: \"text\" for people, \"json\" for programs.",
              defaultValue = "text")
          LogFormat logFormat,
      @Setting(
              value =
                  "How often WebSocket clients are pinged. A client that leaves two pings"
                      + " unanswered is disconnected. Set it lower than the idle timeout of a proxy"
                      + " in front of the server.",
              defaultValue = "30",
              range = {1, 3600})
          Duration ping,
      @Setting(
              value =
                  "How long a stopping server waits for active requests and jobs before it"
                      + " interrupts them. Interrupted jobs run again at the next start.",
              defaultValue = "20",
              range = {0, 3600})
          Duration drain) {}

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
              value = "The maximum number of concurrent streams on this node.",
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
                      + " waits for and for background jobs.",
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

  /// The OpenID Connect issuer whose tokens are accepted, and their permissions.
  public record Oidc(
      @Setting(
              "The issuer, exactly as in the \"iss\" of its tokens, such as"
                  + " https://login.example.org/realms/acme. Its keys are found through"
                  + " /.well-known/openid-configuration. If empty, only API keys are accepted.")
          Optional<URI> issuer,
      @Setting(value = "The required \"aud\" of tokens.", defaultValue = "parley") String audience,
      @Setting(value = "The claim that holds the tenant's id or name.", defaultValue = "tenant_id")
          String tenantClaim,
      @Setting(
              value =
                  "The permissions, comma-separated, of a token that has no claim"
                      + " \"permissions\" and no permission of Parley in its claim \"scope\".",
              defaultValue = "media:read,media:write,rooms,calls,scaiecho:transcribe")
          String permissions) {}

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
