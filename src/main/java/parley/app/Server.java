package parley.app;

import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import parley.admin.KeyRoutes;
import parley.admin.TenantRoutes;
import parley.auth.ApiKeys;
import parley.auth.IssuedTokens;
import parley.auth.Permission;
import parley.auth.RateLimits;
import parley.auth.Tokens;
import parley.config.Config;
import parley.config.Roles;
import parley.config.Roles.Role;
import parley.db.Database;
import parley.db.Signals;
import parley.jobs.JobExecutions;
import parley.jobs.JobKind;
import parley.jobs.JobRoutes;
import parley.jobs.JobRunner;
import parley.jobs.Jobs;
import parley.media.Media;
import parley.metering.Meter;
import parley.metering.UsageRoutes;
import parley.speech.Backend;
import parley.speech.Backends;
import parley.speech.EchoRoutes;
import parley.speech.OpenAiRoutes;
import parley.speech.RecordingIntake;
import parley.speech.SpeechBudget;
import parley.speech.StoredRecordings;
import parley.speech.Tariff;
import parley.speech.TenantPolicies;
import parley.speech.TenantPolicyRoutes;
import parley.speech.TranscribeRoutes;
import parley.speech.TranscriptionJobs;
import parley.speech.Transcriptions;
import parley.speech.decoding.AudioDecoder;
import parley.speech.decoding.DecodingLimits;
import parley.storage.BlobStore;
import parley.storage.Blobs;
import parley.storage.DataDirectory;
import parley.storage.Spool;
import parley.storage.StoreIdentity;
import parley.tenants.TenantTable;
import parley.tenants.Tenants;
import parley.web.CrossOrigin;
import parley.web.HttpServer;
import parley.web.MemoryPlan;
import parley.web.Pages;
import parley.web.Route;
import parley.web.TrustedProxies;

/// The running program: the one place where everything is wired, top to bottom.
public final class Server implements AutoCloseable {
  private static final long MIB = 1024 * 1024;

  /// What answers take that only have to be written.
  private static final Duration LAST_ANSWERS = Duration.ofSeconds(3);

  /// What they get even where there is no drain.
  private static final Duration LEAST_FOR_ANSWERS = Duration.ofSeconds(1);

  private final CloseStack opened;
  private final Tenants tenants;
  private final ApiKeys keys;
  private final HttpServer http;

  private Server(CloseStack opened, Tenants tenants, ApiKeys keys, HttpServer http) {
    this.opened = opened;
    this.tenants = tenants;
    this.keys = keys;
    this.http = http;
  }

  /// Starts everything and returns when requests are answered. The caller closes it, which drains.
  ///
  /// @param home the folder Parley is installed in
  /// @throws IOException with a message for the operator when a part cannot start
  public static Server start(Config config, Path home, Clock clock) throws IOException {
    CloseStack opened = new CloseStack();
    try {
      return start(config, home, clock, opened);
    } catch (IOException | RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  private static Server start(Config config, Path home, Clock clock, CloseStack opened)
      throws IOException {
    Roles roles = config.server().roles();
    Drain drain = new Drain(config.server().drain());
    DataDirectory directory = opened.add(DataDirectory.hold(config.server().dataDir()));
    OpenDecoder ffmpeg = OpenDecoder.start(config, directory.path(), opened);
    AudioDecoder decoder = new AudioDecoder(ffmpeg.programs(), DecodingLimits.DEFAULT);
    // The models load while PostgreSQL starts; together they are most of a start.
    SpeechBackends loading = SpeechBackends.load(config, home, decoder, opened);

    Database database = OpenDatabase.start(config, directory.path(), opened);
    TenantTable tenantTable = new TenantTable();
    Tenants tenants = new Tenants(database, tenantTable, clock);
    ApiKeys keys = new ApiKeys(database, tenantTable, clock);

    Spool spool = new Spool(directory.path().resolve("spool"));
    spool.start();
    BlobStore store = OpenStore.start(config.storage(), directory.path(), opened);
    new StoreIdentity(database, store).check();
    Blobs blobs = new Blobs(database, tenantTable, store, spool, clock);
    blobs.sweep();
    Signals signals = new Signals(database);
    EventParts events = EventParts.start(config.events(), database, signals, keys, clock, opened);
    RoomDoors doors = RoomDoors.of(database, tenantTable, events.log(), clock);
    MediaParts media =
        MediaParts.start(
            config, directory.path(), database, blobs, doors, ffmpeg.programs(), clock, opened);

    DecodedLength length = new DecodedLength(decoder);
    Backends backends = loading.ready(config.relay(), length, clock, opened);
    JobExecutions executions = new JobExecutions(clock);
    Jobs jobs = new Jobs(database, executions, blobs, doors::jobChanged, clock);
    Meter meter = new Meter(database, tenantTable, clock);
    TenantPolicies policies = new TenantPolicies(database, backends, clock);
    SpeechBudget budget = new SpeechBudget(meter, length);
    Transcriptions transcriptions =
        new Transcriptions(database, blobs, jobs, policies, budget, doors.forTranscripts());
    List<JobKind> kinds =
        List.of(
            new TranscriptionJobs(
                blobs,
                backends,
                media.uploads()::adopt,
                doors.forTranscripts(),
                budget,
                meter,
                new Tariff(config.speech().centsPerHour(), config.relay().centsPerHour())));
    LiveParts live =
        LiveParts.start(
            config, loading, backends, decoder, spool, policies, meter, database, clock);
    opened.add(live.streams());
    SpeakerParts speakers =
        SpeakerParts.start(
            config.speakers(),
            database,
            tenantTable,
            blobs,
            VoiceModels.load(config.speech(), home, loading.engine(), opened).analyser(),
            decoder,
            new TranscribedConsents(backends, policies),
            doors,
            signals,
            clock,
            opened);
    signals.start();
    opened.add(signals);
    JobRunner runner =
        new JobRunner(
            database,
            jobs,
            executions,
            kinds,
            clock,
            new JobRunner.Settings(
                NodeName.of(directory.path()),
                config.jobs().workers(),
                drain::left,
                config.jobs().patience()));
    if (roles.has(Role.WORKER)) {
      runner.start();
      opened.add(runner);
    }

    PrometheusMeterRegistry meters = meters(opened);
    CallParts calls =
        CallParts.start(
            config,
            database,
            blobs,
            doors,
            new RecordingDoors(database, media, doors, transcriptions),
            keys::valid,
            clock,
            opened);
    RecordingIntake intake =
        new RecordingIntake(
            transcriptions,
            jobs,
            blobs,
            new RecordingIntake.Limits(
                config.media().maxUploadMb() * MIB, config.speech().inlineMaxBytes()));
    StoredRecordings recordings = (caller, id) -> recording(media.library().named(caller, id));
    String serverName =
        config.server().publicUrl().map(URI::getHost).orElse(NodeName.of(directory.path()));
    RoomParts rooms =
        RoomParts.of(database, events, doors, media.library(), serverName, meters, clock);
    List<Route> health =
        new HealthRoutes(
                new Readiness(checks(database, store, ffmpeg, backends, media, calls)), meters)
            .routes();
    List<Route> all =
        Stream.of(
                health,
                Pages.routes("docs"),
                Pages.routes("console"),
                media.routes(),
                rooms.routes(),
                calls.routes(),
                live.routes(),
                speakers.routes(),
                new JobRoutes(jobs, kinds).routes(),
                new TranscribeRoutes(intake, transcriptions, recordings).routes(),
                new TenantPolicyRoutes(policies).routes(),
                new UsageRoutes(meter).routes(),
                new TenantRoutes(tenants).routes(),
                new KeyRoutes(keys, tenants).routes(),
                new EchoRoutes(intake, jobs).routes(),
                new OpenAiRoutes(intake, jobs).routes())
            .flatMap(List::stream)
            .toList();
    MemoryPlan memory = MemoryPlan.ofThisProcess();
    HttpServer http =
        HttpServer.of(
            new HttpServer.Settings(
                directory.path().resolve("http"),
                config.server().bind(),
                config.server().port(),
                config.server().ping(),
                new CrossOrigin(
                    config.server().corsOrigins().any(), config.server().corsOrigins().named()),
                memory,
                TrustedProxies.parse(config.server().trustedProxies())),
            roles.has(Role.API) ? all : health,
            new Tokens(keys, issuedTokens(config.oidc(), database, tenants, tenantTable, clock)),
            events.keys(),
            new RateLimits(
                config.limits().requestsPerSecond(),
                config.limits().burst(),
                memory.rememberedKeys()),
            meters);
    http.start();
    opened.add(http);
    // Who still waits for a job near the end of the drain is answered without it, not just cut off.
    opened.add(() -> http.drain(drain.leftAtLeast(LEAST_FOR_ANSWERS)));
    opened.add(jobs::release);
    opened.add(() -> http.drain(drain.leftBut(LAST_ANSWERS)));
    opened.add(events.feed()::release);
    return new Server(opened, tenants, keys, http);
  }

  private static Optional<IssuedTokens> issuedTokens(
      Config.Oidc config, Database database, Tenants tenants, TenantTable table, Clock clock) {
    if (config.issuer().isEmpty()) {
      return Optional.empty();
    }
    IssuedTokens.Settings settings =
        new IssuedTokens.Settings(
            config.issuer().get(),
            config.audience(),
            config.tenantClaim(),
            Permission.parseAll(config.permissions()));
    return Optional.of(new IssuedTokens(settings, database, tenants, table, clock));
  }

  /// Everything it answers to.
  public List<Route> routes() {
    return http.routes();
  }

  /// The port it listens on.
  public int port() {
    return http.port();
  }

  public Tenants tenants() {
    return tenants;
  }

  public ApiKeys keys() {
    return keys;
  }

  /// Answers what is under way, takes nothing new, and stops everything.
  @Override
  public void close() {
    opened.close();
  }

  /// What readiness means; that the models work was shown when they were warmed up.
  private static Map<String, Supplier<String>> checks(
      Database database,
      BlobStore store,
      OpenDecoder decoder,
      Backends backends,
      MediaParts media,
      CallParts calls) {
    Map<String, Supplier<String>> checks = new LinkedHashMap<>();
    checks.put("database", () -> database.inTransaction(OpenDatabase::answers));
    checks.put("storage", OpenStore.state(store));
    checks.put("decoder", decoder::state);
    checks.put("speech", () -> speech(backends));
    checks.put("scanner", media.scannerState());
    checks.put("calls", calls.state());
    checks.put("recordings", calls.recordings());
    return checks;
  }

  private static String speech(Backends backends) {
    if (backends.find(Backend.A).orElse(null) instanceof LocalTranscriber own) {
      return own.state();
    }
    return backends.has(Backend.B) ? "relayed" : "off: neither own recogniser nor relay";
  }

  private static StoredRecordings.Recording recording(Media media) {
    return new StoredRecordings.Recording(media.id(), media.content(), media.size());
  }

  private static PrometheusMeterRegistry meters(CloseStack opened) {
    PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    opened.add(meters::close);
    new JvmMemoryMetrics().bindTo(meters);
    new ProcessorMetrics().bindTo(meters);
    new UptimeMetrics().bindTo(meters);
    return meters;
  }
}
