package parley.web;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.core.StandardHost;
import org.apache.catalina.session.StandardManager;
import org.apache.catalina.startup.Tomcat;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.tomcat.util.modeler.Registry;
import org.apache.tomcat.util.threads.VirtualThreadExecutor;
import org.apache.tomcat.websocket.server.WsSci;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.auth.Authenticator;
import parley.auth.CoalescingAuthenticator;
import parley.auth.KeyWatch;
import parley.auth.RateLimits;

/// The HTTP server: embedded Tomcat with one connector, one servlet and a virtual thread per
/// request.
public final class HttpServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);

  private final Path folder;
  private final String bind;
  private final int wantedPort;
  private final Dispatcher dispatcher;
  private final MemoryPlan plan;
  private final ConnectionLimiter connections;
  private final Tomcat tomcat = new Tomcat();

  /// The server's settings.
  ///
  /// @param folder Tomcat's work folder, which is created if necessary; not shared with other
  ///   servers
  /// @param bind the address to listen on
  /// @param port the port to listen on; 0 for any free one
  /// @param pingEvery the interval of WebSocket pings
  /// @param crossOrigin the CORS policy
  /// @param plan the limits that follow from the heap
  /// @param proxies the proxies whose forwarding headers are trusted
  public record Settings(
      Path folder,
      String bind,
      int port,
      Duration pingEvery,
      CrossOrigin crossOrigin,
      MemoryPlan plan,
      TrustedProxies proxies) {
    /// Settings for the whole heap of this process and without proxies.
    public Settings(
        Path folder, String bind, int port, Duration pingEvery, CrossOrigin crossOrigin) {
      this(
          folder,
          bind,
          port,
          pingEvery,
          crossOrigin,
          MemoryPlan.ofThisProcess(),
          TrustedProxies.none());
    }
  }

  /// Creates a server for these routes.
  public static HttpServer of(
      Settings settings,
      List<Route> routes,
      Authenticator authenticator,
      KeyWatch keys,
      RateLimits rateLimits,
      MeterRegistry meters) {
    Bounds bounds = Bounds.of(settings.plan(), settings.proxies());
    WebSockets sockets = new WebSockets(settings.pingEvery(), keys, bounds);
    return new HttpServer(
        settings,
        new Dispatcher(
            new Router(routes),
            new AccessControl(new CoalescingAuthenticator(authenticator), rateLimits),
            settings.crossOrigin,
            sockets,
            keys,
            meters,
            bounds));
  }

  private HttpServer(Settings settings, Dispatcher dispatcher) {
    this.folder = settings.folder().toAbsolutePath();
    this.bind = settings.bind();
    this.wantedPort = settings.port();
    this.dispatcher = dispatcher;
    this.plan = settings.plan();
    this.connections = new ConnectionLimiter(plan.connections(), settings.proxies());
  }

  /// Starts to listen.
  ///
  /// @throws IOException when the port is in use or the address is not one of this machine's
  public void start() throws IOException {
    // Nobody manages Tomcat by JMX, and registering its parts there is most of its start.
    Registry.disableRegistry();
    // Resolved here, because Tomcat listens on all addresses if it cannot resolve the given one.
    InetAddress address = address();
    tomcat.setBaseDir(Files.createDirectories(folder).toString());
    Connector connector = new Connector(new HttpProtocol(connections, plan.largeBuffers()));
    Http11NioProtocol protocol = (Http11NioProtocol) connector.getProtocolHandler();
    connector.setPort(wantedPort);
    protocol.setAddress(address);
    connector.setURIEncoding("UTF-8");
    connector.setThrowOnFailure(true);
    // Tomcat closes the server socket early, when the server drains, only if it was bound on start.
    // Otherwise the kernel would keep accepting connections that nobody answers.
    connector.setProperty("bindOnInit", "false");
    connector.setXpoweredBy(false);
    // The dispatcher refuses TRACE and lists the supported methods.
    connector.setAllowTrace(true);
    // Routes read multipart bodies themselves; Tomcat must not parse form bodies into parameters.
    connector.setParseBodyMethods("");
    connector.setMaxPostSize(0);
    protocol.setExecutor(new VirtualThreadExecutor("http-"));
    // ConnectionLimiter limits connections, because it can give up old ones for a new one.
    protocol.setMaxConnections(-1);
    // Bursts wait in the kernel, where they need less memory than here.
    protocol.setAcceptCount(1024);
    // The maximum pause between two bytes of a body, in milliseconds.
    protocol.setConnectionTimeout(30_000);
    protocol.setKeepAliveTimeout(60_000);
    protocol.setMaxKeepAliveRequests(-1);
    protocol.setCompression("off");
    // No pool: new connections must not inherit enlarged buffers.
    connector.setProperty("socket.bufferPool", "0");
    protocol.setProcessorCache(64);
    // Clients that send Expect: 100-continue learn of a refusal before they send the body.
    protocol.setContinueResponseTiming("onRead");
    tomcat.setConnector(connector);

    ((StandardHost) tomcat.getHost()).setErrorReportValveClass(ErrorReport.class.getName());
    // Tomcat would create a valve of that class itself.
    tomcat.getHost().getPipeline().addValve(new ErrorReport(dispatcher.refusals()));
    Context context = tomcat.addContext("", folder.toString());
    // Nothing is redeployed, so there are no old class loaders to clean up.
    StandardContext standard = (StandardContext) context;
    standard.setClearReferencesThreadLocals(false);
    standard.setClearReferencesRmiTargets(false);
    // There are no sessions. For their ids Tomcat would choose a generator that reads the names of
    // all temporary files for its seed.
    StandardManager sessions = new StandardManager();
    sessions.setSecureRandomAlgorithm("");
    standard.setManager(sessions);
    // Requests that outlast the drain are cut off after a short wait, in milliseconds. Tomcat waits
    // in steps of a twentieth of it, and forever if it is 0.
    standard.setUnloadDelay(100);
    context.getPipeline().addValve(new HttpProtocol.TransportValve());
    context.getPipeline().addValve(new LingeringClose());
    context.addServletContainerInitializer(new WsSci(), null);
    Tomcat.addServlet(context, "parley", dispatcher);
    context.addServletMapping("/", "parley");
    connections.start();
    try {
      tomcat.start();
    } catch (LifecycleException e) {
      throw new IOException(
          "cannot listen on " + bind + ":" + wantedPort + ": " + rootOf(e).getMessage(), e);
    }
  }

  private InetAddress address() throws IOException {
    try {
      return InetAddress.getByName(bind);
    } catch (UnknownHostException e) {
      throw new IOException("server.bind: cannot resolve " + bind, e);
    }
  }

  private static Throwable rootOf(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }

  /// All routes.
  public List<Route> routes() {
    return dispatcher.routes();
  }

  /// The port that the server listens on.
  public int port() {
    return tomcat.getConnector().getLocalPort();
  }

  /// Accepts no new connections and waits, at most `wait`, until all requests are done and all
  /// WebSockets are closed.
  public void drain(Duration wait) {
    tomcat.getConnector().pause();
    tomcat.getConnector().getProtocolHandler().closeServerSocketGraceful();
    dispatcher.stopping();
    long until = System.nanoTime() + wait.toNanos();
    while (dispatcher.underWay() > 0 && System.nanoTime() < until) {
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  @Override
  public void close() {
    connections.close();
    try {
      tomcat.stop();
      tomcat.destroy();
    } catch (LifecycleException e) {
      LOG.warn("Tomcat did not stop cleanly", e);
    }
  }
}
