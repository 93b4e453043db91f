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
import org.apache.catalina.startup.Tomcat;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.tomcat.util.threads.VirtualThreadExecutor;
import org.apache.tomcat.websocket.server.WsSci;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.auth.Authenticator;
import parley.auth.JoinedAuthenticator;
import parley.auth.KeyWatch;
import parley.auth.RateLimits;

/// Tomcat, embedded: one connector, a virtual thread for each request, one servlet.
public final class HttpServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);

  private final Path folder;
  private final String bind;
  private final int wantedPort;
  private final Dispatcher dispatcher;
  private final MemoryPlan plan;
  private final ConnectionLimiter connections;
  private final Tomcat tomcat = new Tomcat();

  /// Where a server listens, and how.
  ///
  /// @param folder for what Tomcat keeps; made if it is not there, no other server may use it
  /// @param bind the address to listen on
  /// @param port the port to listen on; 0 picks a free one
  /// @param pingEvery how often the peers of WebSockets are asked whether they still read
  /// @param crossOrigin whose pages may call from a browser
  /// @param plan what clients may take of the heap
  /// @param proxies whose word is taken for who asks
  public record Settings(
      Path folder,
      String bind,
      int port,
      Duration pingEvery,
      CrossOrigin crossOrigin,
      MemoryPlan plan,
      TrustedProxies proxies) {
    /// With all of this process's heap, and no proxies before it.
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

  /// A server for these routes.
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
            new AccessControl(new JoinedAuthenticator(authenticator), rateLimits),
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

  /// Listens from here on. Throws IOException when the port is taken or the address is none of this
  /// machine's.
  public void start() throws IOException {
    // Looked up here: Tomcat listens on all addresses when it does not understand the one it is
    // given.
    InetAddress address = address();
    tomcat.setBaseDir(Files.createDirectories(folder).toString());
    Connector connector = new Connector(new HttpProtocol(connections, plan.largeBuffers()));
    Http11NioProtocol protocol = (Http11NioProtocol) connector.getProtocolHandler();
    connector.setPort(wantedPort);
    protocol.setAddress(address);
    connector.setURIEncoding("UTF-8");
    connector.setThrowOnFailure(true);
    // Only a socket that was bound at the start is given up before the end, when the server drains:
    // else the kernel goes on taking connections that nobody will answer.
    connector.setProperty("bindOnInit", "false");
    connector.setXpoweredBy(false);
    // No route takes TRACE; the dispatcher refuses it and says what the path does take.
    connector.setAllowTrace(true);
    // Routes read multipart bodies themselves; Tomcat must not take a form's body for parameters.
    connector.setParseBodyMethods("");
    connector.setMaxPostSize(0);
    protocol.setExecutor(new VirtualThreadExecutor("http-"));
    // Bounded by us, who know which of them to give up for a new one.
    protocol.setMaxConnections(-1);
    // What comes at once waits in the kernel, which takes less of it than it would here.
    protocol.setAcceptCount(1024);
    // Between two bytes of a body a client may pause this long, in milliseconds.
    protocol.setConnectionTimeout(30_000);
    protocol.setKeepAliveTimeout(60_000);
    protocol.setMaxKeepAliveRequests(-1);
    protocol.setCompression("off");
    // Buffers may have grown; a connection that begins shall not inherit those of one that ended.
    connector.setProperty("socket.bufferPool", "0");
    protocol.setProcessorCache(64);
    // A client that asks first is told before it sends a body that is refused.
    protocol.setContinueResponseTiming("onRead");
    tomcat.setConnector(connector);

    ((StandardHost) tomcat.getHost()).setErrorReportValveClass(ErrorReport.class.getName());
    // Tomcat makes one by that name unless there is one.
    tomcat.getHost().getPipeline().addValve(new ErrorReport(dispatcher.refusals()));
    Context context = tomcat.addContext("", folder.toString());
    // Nothing is ever redeployed, so there is no old class loader to look for.
    StandardContext standard = (StandardContext) context;
    standard.setClearReferencesThreadLocals(false);
    standard.setClearReferencesRmiTargets(false);
    // A request that outlasted the drain is cut off, and hardly waited for once more, in
    // milliseconds. Tomcat waits a twentieth of it at a time, and 0 for ever.
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
      throw new IOException("server.bind: there is no address " + bind, e);
    }
  }

  private static Throwable rootOf(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }

  /// Everything it answers to.
  public List<Route> routes() {
    return dispatcher.routes();
  }

  /// The port it listens on.
  public int port() {
    return tomcat.getConnector().getLocalPort();
  }

  /// Takes no new connections and waits until all requests under way are answered and all
  /// WebSockets are closed, at most `wait`.
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
