package parley.app;

import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import parley.admin.IdentityRoutes;
import parley.admin.KeyRoutes;
import parley.admin.SignInRoutes;
import parley.admin.SignInRoutes.Client;
import parley.admin.TenantRoutes;
import parley.auth.ApiKeys;
import parley.auth.KeyWatch;
import parley.auth.OidcTokens;
import parley.auth.Permission;
import parley.auth.RateLimits;
import parley.auth.Tokens;
import parley.config.Config;
import parley.config.OidcConfig;
import parley.config.Roles.Role;
import parley.db.Signals;
import parley.nodes.NodeRoutes;
import parley.nodes.Nodes;
import parley.speech.Backends;
import parley.speech.ChannelFiles;
import parley.speech.TenantPolicies;
import parley.speech.decoding.AudioDecoder;
import parley.speech.decoding.DecodingLimits;
import parley.storage.DataDirectory;
import parley.tenants.Tenants;
import parley.web.CrossOrigin;
import parley.web.HttpServer;
import parley.web.MemoryPlan;
import parley.web.Pages;
import parley.web.Route;
import parley.web.TrustedProxies;

/// The running program: the one place where everything is wired, top to bottom.
public final class Server implements AutoCloseable {
  /// For answers that only have to be written.
  private static final Duration LAST_ANSWERS = Duration.ofSeconds(3);

  /// They get this much even without a drain.
  private static final Duration MIN_FOR_ANSWERS = Duration.ofSeconds(1);

  private final CloseStack opened;
  private final Tenants tenants;
  private final ApiKeys keys;
  private final HttpServer http;
  private final SpeechBackends backends;

  private Server(
      CloseStack opened, Tenants tenants, ApiKeys keys, HttpServer http, SpeechBackends backends) {
    this.opened = opened;
    this.tenants = tenants;
    this.keys = keys;
    this.http = http;
    this.backends = backends;
  }

  /// Starts everything and returns when requests are answered, while the speech models may still be
  /// loading. The caller closes it, which drains.
  ///
  /// @param home the folder Parley is installed in
  /// @throws IOException with a message for the operator when a part cannot start
  public static Server start(Config config, Path home, Clock clock) throws IOException {
    return start(config, home, clock, SpeechModels::load);
  }

  /// Like [#start(Config, Path, Clock)] with speech models that need not be the server's own.
  public static Server start(Config config, Path home, Clock clock, SpeechModels.Source models)
      throws IOException {
    CloseStack opened = new CloseStack();
    try {
      return start(config, home, clock, models, opened);
    } catch (IOException | RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  private static Server start(
      Config config, Path home, Clock clock, SpeechModels.Source models, CloseStack opened)
      throws IOException {
    Drain drain = new Drain(config.server().drain());
    DataDirectory directory = opened.add(DataDirectory.hold(config.server().dataDir()));
    // Both begin with other programs, which need little of the processor.
    OpeningBeside<OpenDecoder> beside =
        opened.add(
            OpeningBeside.begin(
                "decoder", parts -> OpenDecoder.start(config, directory.path(), parts)));
    Foundation base = Foundation.start(config, directory.path(), clock, opened);
    OpenDecoder ffmpeg = beside.get();
    AudioDecoder decoder = new AudioDecoder(ffmpeg.programs(), DecodingLimits.DEFAULT);
    // The models load while the rest starts and the first requests are answered.
    SpeechBackends backends = SpeechBackends.load(config, home, decoder, models, opened);
    Tenants tenants = new Tenants(base.database(), clock);
    ApiKeys keys = new ApiKeys(base.database(), clock);
    PrometheusMeterRegistry meters = meters(opened);

    Signals signals = new Signals(base.database());
    EventParts events = EventParts.start(base, signals, keys, meters);
    RoomParts rooms = RoomParts.of(base, events.log());
    MediaParts media = MediaParts.start(base, rooms.files(), events.log(), ffmpeg.programs());
    MessageParts messages = MessageParts.of(base, events, rooms, media.library());
    ChannelFiles channels = new ChannelFiles(decoder, base.blobs());
    Backends transcribers = backends.all(config.relay(), channels, clock, opened);
    TenantPolicies policies = new TenantPolicies(base.database(), transcribers, clock);
    SpeakerParts speakers =
        SpeakerParts.start(
            base,
            signals,
            backends.voices(),
            new TranscribedConsents(transcribers, policies),
            rooms);
    SpeechParts speech =
        SpeechParts.start(
            base,
            backends,
            transcribers,
            policies,
            speakers.rosters(),
            channels,
            events.log(),
            media,
            messages.transcripts(),
            drain);
    opened.add(signals).start();
    Nodes nodes =
        opened.add(
            new Nodes(
                base.database(),
                clock,
                base.node(),
                config.server().roles().names(),
                speech.liveStreams()::count));
    nodes.start();
    LiveParts.report(speech.liveStreams(), config, meters);
    CallParts calls =
        CallParts.start(
            base, keys::valid, events.log(), rooms, messages, media, speech.transcriptions());

    Map<String, Supplier<String>> checks = new LinkedHashMap<>();
    checks.put("database", () -> base.database().inTransaction(OpenDatabase::answers));
    checks.put("storage", OpenStore.state(base.blobs().store()));
    checks.put("decoder", ffmpeg::state);
    checks.put("speech", speech.state());
    checks.put("scanner", media.scannerState());
    checks.put("calls", calls.state());
    checks.put("recordings", calls.recordings());
    List<Route> health = new HealthRoutes(new Readiness(checks), meters).routes();
    List<Route> all =
        Stream.of(
                health,
                Pages.routesWithSwaggerUi("docs"),
                Pages.routes("console", consoleClient(config.oidc()).map(Client::issuer)),
                media.routes(),
                messages.routes(),
                events.routes(),
                calls.routes(),
                speech.routes(),
                speakers.routes(),
                new NodeRoutes(nodes).routes(),
                new IdentityRoutes(tenants).routes(),
                new SignInRoutes(consoleClient(config.oidc())).routes(),
                new TenantRoutes(tenants).routes(),
                new KeyRoutes(keys, tenants).routes())
            .flatMap(List::stream)
            .toList();
    HttpServer http =
        http(
            base,
            config.server().roles().has(Role.API) ? all : health,
            new Tokens(keys, issuedTokens(base, tenants)),
            events.keys(),
            meters);
    http.start();
    opened.add(http);
    // Near the end of the drain, whoever waits for a job is answered without it rather than cut
    // off.
    opened.add(() -> http.drain(drain.leftAtLeast(MIN_FOR_ANSWERS)));
    opened.add(speech.jobs()::release);
    opened.add(() -> http.drain(drain.leftBut(LAST_ANSWERS)));
    opened.add(events.feed()::release);
    return new Server(opened, tenants, keys, http, backends);
  }

  private static HttpServer http(
      Foundation base,
      List<Route> routes,
      Tokens tokens,
      KeyWatch keys,
      PrometheusMeterRegistry meters) {
    Config config = base.config();
    MemoryPlan memory = MemoryPlan.ofThisProcess();
    return HttpServer.of(
        new HttpServer.Settings(
            base.dataDirectory().resolve("http"),
            config.server().bind(),
            config.server().port(),
            config.server().ping(),
            new CrossOrigin(
                config.server().corsOrigins().any(), config.server().corsOrigins().named()),
            memory,
            TrustedProxies.parse(config.server().trustedProxies())),
        routes,
        tokens,
        keys,
        new RateLimits(
            config.limits().requestsPerSecond(), config.limits().burst(), memory.rememberedKeys()),
        meters);
  }

  private static Optional<Client> consoleClient(OidcConfig config) {
    return config
        .issuer()
        .filter(issuer -> !config.consoleClientId().isBlank())
        .map(issuer ->
            Client.of(issuer, config.consoleClientId(), config.consoleScopes(), config.audience()));
  }

  private static Optional<OidcTokens> issuedTokens(Foundation base, Tenants tenants) {
    OidcConfig config = base.config().oidc();
    return config
        .issuer()
        .map(issuer ->
            new OidcTokens(
                new OidcTokens.Settings(
                    issuer,
                    config.audience(),
                    config.tenantClaim(),
                    Permission.parseAll(config.permissions())),
                base.database(),
                tenants,
                base.clock()));
  }

  /// Everything it answers to.
  public List<Route> routes() {
    return http.routes();
  }

  /// Waits until the speech models are loaded, if this node has any.
  ///
  /// @throws IOException naming the model file that is missing or damaged
  public void awaitModels() throws IOException {
    backends.await();
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

  private static PrometheusMeterRegistry meters(CloseStack opened) {
    PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    opened.add(meters::close);
    new JvmMemoryMetrics().bindTo(meters);
    new ProcessorMetrics().bindTo(meters);
    new UptimeMetrics().bindTo(meters);
    return meters;
  }
}
