package parley.web;

import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.websocket.CloseReason;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.Extension;
import jakarta.websocket.MessageHandler;
import jakarta.websocket.PongMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerContainer;
import jakarta.websocket.server.ServerEndpointConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.tomcat.websocket.Constants;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import parley.auth.Caller;
import parley.auth.KeyWatch;
import parley.problem.Problem;
import parley.problem.ProblemCode;

/// Upgrades requests to WebSockets and keeps track of the open ones.
final class WebSockets {
  private static final Logger LOG = LoggerFactory.getLogger(WebSockets.class);

  /// The maximum time to send a message to a peer that does not read.
  private static final Duration MAX_SEND_TIME = Duration.ofSeconds(30);

  private final Set<Conversation> open = ConcurrentHashMap.newKeySet();
  private final Duration pingEvery;
  private final KeyWatch keys;
  private final Bounds bounds;

  /// @param pingEvery the interval of pings
  WebSockets(Duration pingEvery, KeyWatch keys, Bounds bounds) {
    this.pingEvery = pingEvery;
    this.keys = keys;
    this.bounds = bounds;
  }

  /// Closes the connection if the caller's key ends while the kernel still sends the response.
  void watchSending(HttpServletRequest request, @Nullable Caller caller) {
    if (caller != null) {
      HttpProtocol.transport(request).closeAtEndOf(keys.watch(caller));
    }
  }

  /// The number of open WebSockets.
  int open() {
    return open.size();
  }

  /// Notifies all listeners that the server is about to stop.
  void stopping() {
    open.forEach(Conversation::stopping);
  }

  /// Whether this is a request for a WebSocket.
  static boolean asksFor(HttpServletRequest request) {
    return "websocket".equalsIgnoreCase(request.getHeader("Upgrade"));
  }

  /// Checks the handshake.
  ///
  /// @throws Problem UPGRADE_REQUIRED for an ordinary request, BAD_REQUEST for an invalid handshake
  ///   (RFC 6455 section 4.2.1)
  static void check(HttpServletRequest request) {
    boolean known = "13".equals(request.getHeader("Sec-WebSocket-Version"));
    if (!asksFor(request) || !known) {
      throw new Problem(
              ProblemCode.UPGRADE_REQUIRED, "This path only supports WebSockets, version 13.")
          .with("Upgrade", "websocket")
          .with("Connection", "Upgrade")
          .with("Sec-WebSocket-Version", "13");
    }
    String key = request.getHeader("Sec-WebSocket-Key");
    String connection = request.getHeader("Connection");
    if (key == null
        || connection == null
        || !connection.toLowerCase(Locale.ROOT).contains("upgrade")) {
      throw new Problem(ProblemCode.BAD_REQUEST, "The WebSocket's opening handshake is invalid.");
    }
  }

  /// Responds with 101 and starts to call the listener.
  void upgrade(
      HttpServletRequest request,
      HttpServletResponse response,
      String requestId,
      ResourceLimiter.Owner owner,
      WebSocketListener listener,
      TokenPlaces tokens,
      @Nullable Caller caller)
      throws IOException {
    ServletContext context = request.getServletContext();
    var container = (ServerContainer) context.getAttribute(ServerContainer.class.getName());
    ResourceLimiter.Reservation place = bounds.webSockets().open(owner);
    place.reserve(1);
    Conversation conversation =
        new Conversation(
            listener,
            requestId,
            place,
            bounds.outgoing().open(owner),
            new TextMessages(listener, bounds.memory().open(owner)),
            caller == null ? null : keys.watch(caller));
    try {
      container.upgradeHttpToWebSocket(
          request,
          response,
          ServerEndpointConfig.Builder.create(Conversation.class, request.getServletPath())
              .configurator(new Handshake(conversation))
              .subprotocols(tokens.subprotocols())
              .build(),
          Map.of());
      HttpProtocol.transport(request).beforeClose(conversation::peerCloses);
      HttpProtocol.transport(request).atEnd(conversation::connectionEnded);
    } catch (RuntimeException | IOException e) {
      place.close();
      conversation.forgetKey();
      throw e;
    } catch (DeploymentException e) {
      place.close();
      conversation.forgetKey();
      throw new IOException("the upgrade failed", e);
    }
  }

  /// Negotiates no extensions: compression would cost about 300 KiB per connection.
  private static final class Handshake extends ServerEndpointConfig.Configurator {
    private final Conversation connection;

    Handshake(Conversation connection) {
      this.connection = connection;
    }

    @Override
    public <T> T getEndpointInstance(Class<T> type) {
      return type.cast(connection);
    }

    @Override
    public List<Extension> getNegotiatedExtensions(
        List<Extension> installed, List<Extension> requested) {
      return List.of();
    }

    @Override
    public boolean checkOrigin(String origin) {
      // Pages of other origins have no token, and there are no cookies.
      return true;
    }
  }

  /// Connects Tomcat's session with the listener and the sending thread.
  private final class Conversation extends Endpoint {
    private final WebSocketListener listener;
    private final String requestId;
    private final ResourceLimiter.Reservation place;
    private final ResourceLimiter.Reservation outgoing;
    private final TextMessages texts;
    private final KeyWatch.@Nullable Use use;
    private final TimeSlice slice = new TimeSlice();
    private volatile WebSocket socket;

    @SuppressWarnings("NullAway.Init") // Set by onOpen, which Tomcat calls before all others.
    Conversation(
        WebSocketListener listener,
        String requestId,
        ResourceLimiter.Reservation place,
        ResourceLimiter.Reservation outgoing,
        TextMessages texts,
        KeyWatch.@Nullable Use use) {
      this.listener = listener;
      this.requestId = requestId;
      this.place = place;
      this.outgoing = outgoing;
      this.texts = texts;
      this.use = use;
    }

    void forgetKey() {
      if (use != null) {
        use.close();
      }
    }

    /// Tomcat never opens a WebSocket whose client has gone before the handshake was answered, and
    /// so never closes it either.
    void connectionEnded() {
      if (socket == null) {
        place.close();
        forgetKey();
      }
    }

    @Override
    public void onOpen(Session session, EndpointConfig config) {
      session
          .getUserProperties()
          .put(Constants.BLOCKING_SEND_TIMEOUT_PROPERTY, MAX_SEND_TIME.toMillis());
      WebSocket opened = new WebSocket(session, pingEvery, outgoing);
      socket = opened;
      open.add(this);
      Thread.ofVirtual().name("socket-sender").start(opened::sendAll);
      // Explicit types, because Tomcat distinguishes handlers by them.
      session.addMessageHandler(
          String.class,
          (MessageHandler.Partial<String>)
              (piece, last) -> received(() -> texts.add(piece, last, opened)));
      session.addMessageHandler(
          ByteBuffer.class,
          (MessageHandler.Partial<ByteBuffer>)
              (piece, last) -> received(() -> listener.binary(piece, last)));
      session.addMessageHandler(
          PongMessage.class, (MessageHandler.Whole<PongMessage>) pong -> opened.pong());
      call(() -> listener.opened(opened));
      if (use != null) {
        use.atEnd(() -> call(() -> listener.revoked(opened)));
      }
    }

    @Override
    public void onError(Session session, Throwable fault) {
      LOG.debug("a WebSocket broke: {}", fault.toString());
    }

    @Override
    public void onClose(Session session, CloseReason reason) {
      if (open.remove(this)) {
        int code = reason.getCloseCode().getCode();
        place.close();
        socket.close(code, "");
        socket.ended();
        forgetKey();
        texts.drop();
        call(() -> listener.closed(code));
      }
    }

    void stopping() {
      call(() -> listener.stopping(socket));
    }

    void peerCloses() {
      call(listener::closing);
    }

    private void received(Runnable listening) {
      slice.resume();
      call(listening);
      slice.pause();
    }

    private void call(Runnable listening) {
      MDC.put("request_id", requestId);
      socket.listenerCalled();
      try {
        listening.run();
      } catch (RuntimeException fault) {
        LOG.error("a WebSocket's listener failed", fault);
        socket.close(CloseCode.INTERNAL_ERROR, "The server failed.");
      } finally {
        socket.listenerReturned();
        MDC.remove("request_id");
      }
    }
  }
}
