package parley.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Everything an operator can set, complete and checked. [ConfigReader] makes it; `parley config`
/// prints it with [#documented()].
///
/// A component's name in snake case is its key (`dataDir` is `data_dir`); a [Duration] `drain` is
/// the key `drain_seconds`.
public record Config(
    @Setting("The HTTP server.") Server server,
    @Setting("PostgreSQL, which holds all state.") Database database,
    @Setting("Where the bytes of files are kept.") StorageConfig storage,
    @Setting("Media files.") Media media,
    @Setting("The virus scanner: ClamAV's clamd.") Scanner scanner,
    @Setting("Calls, which LiveKit carries.") CallConfig calls,
    @Setting("Speech recognition in this process.") Speech speech,
    @Setting("Captions while somebody speaks.") Live live,
    @Setting("People who agreed to be known by their voice.") Speakers speakers,
    @Setting(
            "Another server that transcribes (backend B): any that speaks OpenAI's protocol, such as"
                + " a second Parley.")
        Relay relay,
    @Setting("What is told to those who listen: over the stream and by sync.") Events events,
    @Setting("Work that goes on after the request that asked for it was answered.") Jobs jobs,
    @Setting("How much one API key may ask of the server.") Limits limits,
    @Setting("Tokens of an OpenID Connect issuer, which are taken beside API keys.") Oidc oidc) {

  /// The shape of log lines.
  public enum LogFormat {
    TEXT,
    JSON
  }

  /// Where the server listens, keeps its files, and how it ends.
  public record Server(
      @Setting(
              value = "The TCP port to listen on. 0 picks a free one.",
              byDefault = "8080",
              least = 0,
              most = 65535)
          int port,
      @Setting(
              value =
                  "The address to listen on. 0.0.0.0 listens on all of them; put a proxy with TLS"
                      + " before it then.",
              byDefault = "127.0.0.1")
          String bind,
      @Setting(
              "How callers reach the server from outside, as in https://parley.example.org. Links in"
                  + " answers begin with it. Empty: signed links begin with the address that the"
                  + " caller used, those of the app dialect are relative.")
          Optional<URI> publicUrl,
      @Setting(
              "The proxies before this server, as addresses or networks with commas between them, as"
                  + " in 10.0.0.5,192.168.0.0/16. Their word is taken for who asks"
                  + " (X-Forwarded-For) and whether with TLS (X-Forwarded-Proto); nobody else's is."
                  + " Name them: else all their clients share the bounds of one address.")
          String trustedProxies,
      @Setting(
              value =
                  "Pages of which origins may call the API from a browser (CORS), as in"
                      + " https://app.example.org, with commas between. *: of all. Empty: of none but"
                      + " its own. Browsers send no token by themselves, so this protects nothing that"
                      + " a token does not protect.",
              byDefault = "*")
          Origins corsOrigins,
      @Setting(
              value =
                  "What this node is there for, with commas between: \"api\" answers requests,"
                      + " \"worker\" works on jobs, \"speech\" has the speech models (backend A), which"
                      + " live captions need. Without \"speech\", jobs go to the relay, so in a cluster"
                      + " with models \"worker\" and \"speech\" belong together.",
              byDefault = "api,worker,speech")
          Roles roles,
      @Setting(
              value =
                  "The folder for everything the server keeps: media files, the embedded database,"
                      + " unfinished uploads. A relative path starts at the folder the server was"
                      + " started in.",
              byDefault = "./data")
          Path dataDir,
      @Setting(
              value = "The shape of log lines: \"text\" for people, \"json\" for programs.",
              byDefault = "text")
          LogFormat logFormat,
      @Setting(
              value =
                  "How often a WebSocket's client is asked whether it still reads. One that leaves"
                      + " two of these pings without an answer is given up. Less than what a proxy"
                      + " before the server allows an idle connection.",
              byDefault = "30",
              least = 1,
              most = 3600)
          Duration ping,
      @Setting(
              value =
                  "How long a stopping server waits for requests and jobs under way before it cuts"
                      + " them off. Jobs that were cut off run again at the next start.",
              byDefault = "20",
              least = 0,
              most = 3600)
          Duration drain) {}

  /// Which PostgreSQL is used.
  public record Database(
      @Setting(
              "The JDBC address of a PostgreSQL server, version 15 or newer, as in"
                  + " jdbc:postgresql://db.example.org:5432/parley. Empty: the server runs a"
                  + " PostgreSQL of its own inside server.data_dir.")
          Optional<JdbcUrl> url,
      @Setting("The user for database.url. The embedded PostgreSQL does not read it.") String user,
      @Setting(
              "The password for database.url. Better set as PARLEY_DATABASE_PASSWORD than in a file.")
          Secret password,
      @Setting(
              value =
                  "The most connections this process opens, besides one that listens to the other"
                      + " nodes.",
              byDefault = "10",
              least = 2,
              most = 1000)
          int poolSize) {}

  /// Limits of stored files.
  public record Media(
      @Setting(
              "The ffmpeg that decodes sounds, pictures and videos, version 6 or newer, with ffprobe"
                  + " beside it. Empty: the one that comes with Parley, or else the one on the PATH.")
          Optional<Path> ffmpeg,
      @Setting(
              value = "The largest file one upload may bring, in MiB.",
              byDefault = "2048",
              least = 1,
              most = 1_048_576)
          long maxUploadMb,
      @Setting(
              value =
                  "How many milliseconds the answer to an upload waits for the picture's thumbnail;"
                      + " after that it is told by an event.",
              byDefault = "1500",
              least = 0,
              most = 60_000)
          int thumbnailWaitMillis,
      @Setting(
              value = "How often files whose retention is over are looked for and removed.",
              byDefault = "60",
              least = 1,
              most = 86_400)
          Duration expiryCheck) {}

  /// Which clamd looks into uploads.
  public record Scanner(
      @Setting(
              "Where clamd listens, as in unix:/run/clamav/clamd.ctl or clamd.example.org:3310;"
                  + " several with commas between them stand in for each other. Empty: uploads are"
                  + " not scanned and marked \"skipped\".")
          String addresses,
      @Setting(
              value = "How long a connection to clamd may take.",
              byDefault = "5",
              least = 1,
              most = 600)
          Duration connecting,
      @Setting(
              value = "How long the scan of one file may take.",
              byDefault = "300",
              least = 1,
              most = 86_400)
          Duration scanning,
      @Setting(
              value =
                  "Files with more bytes are not scanned and marked \"skipped\". At most what clamd's"
                      + " own MaxFileSize and StreamMaxLength say.",
              byDefault = "100000000",
              least = 1)
          long maxBytes) {}

  /// Models and sizes of the recogniser.
  public record Speech(
      @Setting(
              value =
                  "The folder with the speech models. A relative path starts at the folder Parley is"
                      + " installed in.",
              byDefault = "./models")
          Path models,
      @Setting(
              value = "How many processor cores recognition may keep busy. 0: all of them.",
              byDefault = "0",
              least = 0,
              most = 1024)
          int threads,
      @Setting(
              value =
                  "The largest recording, in bytes, that is transcribed while the request waits. A"
                      + " larger one becomes a job.",
              byDefault = "5242880",
              least = 0)
          long inlineMaxBytes,
      @Setting(
              value =
                  "What an hour of audio recognised here costs on the meter, in hundredths of your"
                      + " currency.",
              byDefault = "0",
              least = 0,
              most = 100_000_000)
          int centsPerHour) {

    /// The models folder of an installation.
    public Path modelsIn(Path home) {
      return home.resolve(models);
    }
  }

  /// What streams for live captions may cost.
  public record Live(
      @Setting(
              value = "How many streams a tenant may have at the same time on this node.",
              byDefault = "20",
              least = 1,
              most = 10_000)
          int streamsPerTenant,
      @Setting(
              value = "How many streams there may be at the same time on this node, in all.",
              byDefault = "200",
              least = 1,
              most = 10_000)
          int streams,
      @Setting(
              value = "A stream on which nothing comes for so long is ended.",
              byDefault = "60",
              least = 1,
              most = 86_400)
          Duration idle,
      @Setting(
              value = "The most audio of one stream.",
              byDefault = "14400",
              least = 1,
              most = 604_800)
          Duration longest) {}

  /// Sizes of speakers' profiles.
  public record Speakers(
      @Setting(
              value = "How many people a tenant may enrol.",
              byDefault = "1000",
              least = 0,
              most = 10_000)
          int perTenant,
      @Setting(
              value = "The largest recording that somebody may be enrolled with, in MiB.",
              byDefault = "64",
              least = 1,
              most = 1024)
          long maxRecordingMb,
      @Setting(
              value =
                  "How often profiles are looked for that have expired or were made by another model,"
                      + " and recordings that a tenant's policy no longer retains.",
              byDefault = "60",
              least = 1,
              most = 86_400)
          Duration check) {}

  /// The server that recordings may be relayed to, and how patiently it is asked.
  public record Relay(
      @Setting(
              "The address its API begins at, as in https://api.openai.com/v1. Empty: there is no"
                  + " relay.")
          Optional<URI> baseUrl,
      @Setting("The key it wants as a bearer token. Better set as PARLEY_RELAY_KEY than in a file.")
          Secret key,
      @Setting(value = "What it calls the model to use.", byDefault = "whisper-1") String model,
      @Setting(
              value = "How long a connection may take to come about.",
              byDefault = "5",
              least = 1,
              most = 300)
          Duration connectTimeout,
      @Setting(
              value = "How long it may take to answer, from the first byte sent to it.",
              byDefault = "600",
              least = 1,
              most = 86_400)
          Duration answerTimeout,
      @Setting(
              value =
                  "How often one recording is sent, when the server cannot be reached or fails.",
              byDefault = "3",
              least = 1,
              most = 10)
          int attempts,
      @Setting(
              value =
                  "What an hour of relayed audio costs on the meter, in hundredths of your currency.",
              byDefault = "0",
              least = 0,
              most = 100_000_000)
          int centsPerHour) {}

  /// How long events can be read.
  public record Events(
      @Setting(
              value =
                  "How many days an event can be read. Messages stay with their rooms for good; what"
                      + " else happened goes then, and whoever asks for what came after something"
                      + " older has to begin anew.",
              byDefault = "30",
              least = 1,
              most = 36_500)
          int keepDays,
      @Setting(
              value = "How often events that are too old are looked for and removed.",
              byDefault = "3600",
              least = 1,
              most = 86_400)
          Duration pruneCheck) {}

  /// Sizes of the job runner.
  public record Jobs(
      @Setting(
              value =
                  "How many jobs this process works on at once: so many that a request waits for,"
                      + " and so many others.",
              byDefault = "4",
              least = 1,
              most = 1000)
          int workers,
      @Setting(
              value =
                  "How old a job that no request waits for may become while what it needs is away,"
                      + " as the relay may be: until then it is tried again and again, then it fails.",
              byDefault = "3600",
              least = 0,
              most = 604_800)
          Duration patience) {}

  /// The rate limit of one API key: a bucket that fills steadily and holds a burst.
  public record Limits(
      @Setting(
              value = "How many requests per second a key may make in the long run.",
              byDefault = "100",
              least = 1,
              most = 1_000_000)
          int requestsPerSecond,
      @Setting(
              value = "How many requests a key may make at once after a pause.",
              byDefault = "1000",
              least = 1,
              most = 1_000_000)
          int burst) {}

  /// Whose JSON Web Tokens are believed, and what they allow.
  public record Oidc(
      @Setting(
              "The issuer, exactly as its tokens name it in \"iss\", as in"
                  + " https://login.example.org/realms/acme. Its keys are found through"
                  + " /.well-known/openid-configuration. Empty: only API keys are taken.")
          Optional<URI> issuer,
      @Setting(value = "What tokens must name in \"aud\".", byDefault = "parley") String audience,
      @Setting(value = "The claim with the tenant's id or name.", byDefault = "tenant_id")
          String tenantClaim,
      @Setting(
              value =
                  "What a token allows that has no claim \"permissions\" and names no permission of"
                      + " Parley in its claim \"scope\"; with commas between them.",
              byDefault = "media:read,media:write,rooms,calls,scaiecho:transcribe")
          String permissions) {}

  /// The configuration of a server for which nothing was set.
  public static Config defaults() {
    return ConfigReader.read(Optional.empty(), Map.of(), List.of());
  }

  /// A complete configuration file in TOML: every key with its default, its range and what it does.
  /// [ConfigReader] reads it back as [#defaults()].
  public static String documented() {
    return ConfigDocument.text();
  }
}
