package parley.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A proxy for a real LiveKit that stands in for egress, which cannot be installed here. It
/// implements the Twirp service `livekit.Egress` like LiveKit, writes real files to the requested
/// place, and signs and sends the webhooks in LiveKit's order. It forwards all other requests. The
/// caller closes it.
public final class TestEgress implements AutoCloseable {
  /// Behaviour observed in real egress.
  public enum Manner {
    WELL,
    /// Everything works, but no webhook arrives.
    TELLS_NOTHING,
    /// Each webhook arrives twice, the second time with a different id.
    TELLS_TWICE,
    /// The file exists, but LiveKit is never told.
    STUCK_AT_ENDING,
    /// It has left the call; the file appears only when the behaviour changes.
    UPLOADS_LATE,
    /// It accepts the recording but never starts.
    NEVER_BEGINS,
    /// It accepts and starts the recording, but answers only when the behaviour changes.
    ANSWERS_LATE,
    /// It records, and connects to the call only when the test says so.
    NOT_CONNECTED,
    /// The recorder and its machine are gone; LiveKit has not noticed and still lists it.
    DEAD,
    /// No egress is available, as LiveKit reports.
    NONE_THERE,
    /// No egress is available, which LiveKit reports only when the behaviour changes.
    NONE_THERE_FOR_LONG,
    /// It is in the call and waits for somebody to publish: see [TestEgress#hear].
    WAITS_FOR_SOUND,
    /// It ignores requests to stop.
    DOES_NOT_STOP,
    /// LiveKit does not answer requests about egress.
    HANGS,
    /// LiveKit's Redis loses its data, between two answers to this server; egress continues.
    LOST_DATA,
    /// LiveKit reports rooms that are to be closed as missing.
    CLOSES_NOTHING,
    /// It fails with an error and leaves no file.
    FAILS,
    /// It has vanished with all its state and left half a file.
    VANISHES
  }

  private static final JsonMapper JSON = JsonMapper.shared();

  private final TestLiveKit liveKit;
  private final HttpServer server;
  private final LiveKitFront front;
  private final ExecutorService work = Executors.newVirtualThreadPerTaskExecutor();
  private final List<EgressSession> sessions = new CopyOnWriteArrayList<>();
  private final EgressWebhooks webhooks = new EgressWebhooks();
  private volatile Manner manner = Manner.WELL;
  private volatile @Nullable JsonNode refused;
  private volatile boolean silent;
  private volatile Path source = Samples.file("unset");

  private TestEgress(TestLiveKit liveKit, HttpServer server) {
    this.liveKit = liveKit;
    this.server = server;
    this.front = new LiveKitFront(liveKit, this::recorders, this::putOut);
  }

  /// A proxy for a LiveKit that need not run yet.
  ///
  /// @param source the audio in each recording
  public static TestEgress before(TestLiveKit liveKit, Path source) {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      TestEgress egress = new TestEgress(liveKit, server);
      egress.source = source;
      server.setExecutor(egress.work);
      server.createContext("/twirp/livekit.Egress/", egress::answer);
      server.createContext("/", egress.front::passOn);
      server.start();
      return egress;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The settings that make a server use it; clients connect to LiveKit itself.
  public Map<String, String> settings() {
    Map<String, String> settings = liveKit.settings();
    settings.put("calls.livekit_public_url", liveKit.address().toString());
    settings.put("calls.livekit_url", "http://127.0.0.1:" + server.getAddress().getPort());
    return settings;
  }

  /// Sets the address for webhooks.
  public void tell(URI to) {
    webhooks.to(to);
  }

  /// Changes the behaviour.
  public void behave(Manner now) {
    manner = now;
    front.lost(now == Manner.LOST_DATA, now == Manner.LOST_DATA || now == Manner.CLOSES_NOTHING);
  }

  /// Leaves all requests about a room unanswered until [#answer].
  public void hang(String room) {
    front.hang(room);
  }

  /// Holds the next answer that describes a room, which LiveKit has given by then, until [#answer].
  ///
  /// @return open once there is one
  public CountDownLatch hold(String room) {
    return front.hold(room);
  }

  /// Gives the answers that [#hang] and [#hold] keep back.
  public void answer() {
    front.answer();
  }

  /// Makes later recordings silent or not.
  public void silent(boolean is) {
    silent = is;
  }

  /// Simulates a participant who publishes in the call that egress waits in.
  public void hear() {
    sessions.stream()
        .filter(EgressSession::isThere)
        .forEach(session -> {
          session.status("EGRESS_ACTIVE");
          tell("egress_updated", session);
        });
  }

  /// A participant leaves the call: whatever records them alone ends.
  public void leaves(String identity) {
    putOut(session -> session.participant().equals(identity));
  }

  /// Delivers the file of the newest recording without a webhook.
  public void deliver() {
    sessions.getLast().write();
  }

  /// Ends the newest recording from egress's side.
  ///
  /// @param status such as `EGRESS_LIMIT_REACHED`
  /// @param details in egress's own words
  public void end(String status, String details) {
    EgressSession session = sessions.getLast();
    session.leave();
    tell("egress_updated", session);
    session.write();
    session.ended(details);
    session.status(status);
    tell("egress_ended", session);
  }

  /// Accepts the last recording, for which LiveKit had reported that no egress is available.
  public void takeWhatWasRefused() {
    EgressSession session = new EgressSession(Objects.requireNonNull(refused), source, silent);
    sessions.add(session);
    tell("egress_started", session);
  }

  /// Whether it records the room of a call.
  public boolean records(String room) {
    return sessions.stream()
        .filter(session -> session.room().equals(room))
        .anyMatch(EgressSession::isThere);
  }

  /// The accepted requests, in order.
  public List<JsonNode> requests() {
    return sessions.stream().map(EgressSession::request).toList();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String method = exchange.getRequestURI().getPath().replaceFirst(".*/", "");
    JsonNode request = JSON.readTree(exchange.getRequestBody().readAllBytes());
    if (!EgressTokens.mayRecord(exchange.getRequestHeaders().getFirst("Authorization"))) {
      refuse(exchange, 401, "unauthenticated", "permissions denied");
      return;
    }
    if (manner == Manner.HANGS) {
      awaitAnotherMannerThan(Manner.HANGS);
      refuse(exchange, 503, "unavailable", "it hung");
      return;
    }
    switch (method) {
      case "StartRoomCompositeEgress", "StartParticipantEgress" -> begin(exchange, request);
      case "StopEgress" -> stop(exchange, request.path("egress_id").asString(""));
      case "ListEgress" -> list(exchange, request);
      default -> refuse(exchange, 404, "bad_route", "no handler for " + method);
    }
  }

  private void begin(HttpExchange exchange, JsonNode request) throws IOException {
    if (manner == Manner.NONE_THERE || manner == Manner.NONE_THERE_FOR_LONG) {
      refused = request;
      awaitAnotherMannerThan(Manner.NONE_THERE_FOR_LONG);
      refuse(exchange, 503, "unavailable", "no response from servers");
      return;
    }
    EgressSession session = new EgressSession(request, source, silent);
    sessions.add(session);
    Manner at = manner;
    if (at == Manner.ANSWERS_LATE) {
      session.status("EGRESS_ACTIVE");
      awaitAnotherMannerThan(at);
    }
    send(exchange, 200, session.info(false));
    if (at == Manner.NEVER_BEGINS || at == Manner.WAITS_FOR_SOUND) {
      return;
    }
    work.execute(() -> {
      tell("egress_started", session);
      session.status("EGRESS_ACTIVE");
      tell("egress_updated", session);
      if (at == Manner.FAILS) {
        session.fail(
            "pipeline failed: PUT https://s3.example.org/bucket?X-Amz-Credential=AKIAEXAMPLE"
                + " from /tmp/EG_1/a.mp4");
        tell("egress_ended", session);
      } else if (at == Manner.VANISHES) {
        session.writeHalf();
        sessions.remove(session);
      }
    });
  }

  private void awaitAnotherMannerThan(Manner that) {
    try {
      Eventually.holds("it may go on", () -> manner != that);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private void stop(HttpExchange exchange, String id) throws IOException {
    EgressSession session =
        sessions.stream().filter(one -> one.id().equals(id)).findAny().orElse(null);
    if (session == null) {
      refuse(exchange, 404, "not_found", "egress does not exist");
      return;
    }
    if (isDeaf() || manner == Manner.DOES_NOT_STOP) {
      // Real egress does so after three seconds.
      refuse(exchange, 408, "deadline_exceeded", "request timed out");
      return;
    }
    if (session.isWaiting()) {
      session.abort("Stop called before pipeline could start");
      send(exchange, 200, session.info(false));
      tell("egress_ended", session);
      return;
    }
    if (!session.leave()) {
      refuse(exchange, 412, "failed_precondition", "egress cannot be stopped");
      return;
    }
    session.ended("End reason: StopEgress API");
    send(exchange, 200, session.info(false));
    work.execute(() -> finish(session));
  }

  private boolean isDeaf() {
    return manner == Manner.NEVER_BEGINS || manner == Manner.DEAD;
  }

  private void finish(EgressSession session) {
    tell("egress_updated", session);
    awaitAnotherMannerThan(Manner.UPLOADS_LATE);
    session.write();
    if (manner != Manner.STUCK_AT_ENDING) {
      session.status("EGRESS_COMPLETE");
      tell("egress_ended", session);
    }
  }

  private void list(HttpExchange exchange, JsonNode request) throws IOException {
    String id = request.path("egress_id").asString("");
    String room = request.path("room_name").asString("");
    List<EgressSession> known = manner == Manner.LOST_DATA ? List.of() : sessions;
    send(
        exchange,
        200,
        Map.of(
            "items",
            known.stream()
                .filter(one -> id.isEmpty() || one.id().equals(id))
                .filter(one -> room.isEmpty() || one.room().equals(room))
                .map(one -> one.info(false))
                .toList()));
  }

  private List<String> recorders(String room) {
    if (isDeaf() || manner == Manner.NOT_CONNECTED) {
      return List.of();
    }
    return sessions.stream()
        .filter(session -> session.room().equals(room) && session.isThere())
        .map(EgressSession::id)
        .toList();
  }

  /// Recordings end when their room closes or they are removed from it.
  private boolean putOut(String recorderOrRoom) {
    return putOut(
        session -> session.id().equals(recorderOrRoom) || session.room().equals(recorderOrRoom));
  }

  private boolean putOut(Predicate<EgressSession> which) {
    List<EgressSession> out =
        sessions.stream()
            .filter(which)
            .filter(session -> !isDeaf())
            .filter(EgressSession::leave)
            .toList();
    out.forEach(session -> {
      session.ended("End reason: Source closed");
      work.execute(() -> finish(session));
    });
    return !out.isEmpty();
  }

  private void tell(String event, EgressSession session) {
    switch (manner) {
      case TELLS_NOTHING -> {}
      case TELLS_TWICE -> {
        webhooks.tell(event, session);
        webhooks.tell(event, session);
      }
      default -> webhooks.tell(event, session);
    }
  }

  /// The token with which the newest recording connects to its call, as a hidden participant under
  /// its own id. The stand-in does not connect by itself.
  public String tokenForCall() {
    EgressSession session = sessions.getLast();
    return EgressTokens.ofRecorder(session.room(), session.id());
  }

  private static void refuse(HttpExchange exchange, int status, String code, String message)
      throws IOException {
    send(exchange, status, Map.of("code", code, "msg", message));
  }

  private static void send(HttpExchange exchange, int status, Object body) throws IOException {
    byte[] bytes = JSON.writeValueAsBytes(body);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    answer();
    server.stop(0);
    work.close();
  }
}
