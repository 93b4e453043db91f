package parley.testing;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Forwards room requests to a real LiveKit and adds the recorders of a [TestEgress] to the rooms,
/// hidden from all but the API.
final class LiveKitFront {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final JsonMapper JSON = JsonMapper.shared();

  private final TestLiveKit liveKit;
  private final Function<String, List<String>> recorders;
  private final Predicate<String> putOut;
  private volatile boolean lost;
  private volatile boolean losing;
  private volatile boolean closesNothing;
  private final Map<String, CountDownLatch> hanging = new ConcurrentHashMap<>();
  private final AtomicReference<@Nullable Held> next = new AtomicReference<>();

  /// An answer about a room that is held back.
  private record Held(String room, CountDownLatch known, CountDownLatch released) {}

  /// @param recorders the recorders connected to a room
  /// @param putOut removes one recorder from its room, or all in the room; returns false when there
  ///   is none
  LiveKitFront(
      TestLiveKit liveKit, Function<String, List<String>> recorders, Predicate<String> putOut) {
    this.liveKit = liveKit;
    this.recorders = recorders;
    this.putOut = putOut;
  }

  /// Simulates LiveKit whose Redis loses its data, as observed: nothing is listed and nothing can
  /// be closed; only the answer to creating a room contains the count of its node.
  ///
  /// @param is whether the data is lost, right after the next answer that lists something of a room
  /// @param roomsAlone whether it reports rooms that are to be closed as missing
  void lost(boolean is, boolean roomsAlone) {
    losing = is;
    lost = false;
    closesNothing = roomsAlone;
  }

  /// Leaves all requests about the room unanswered until [#answer].
  void hang(String room) {
    hanging.put(room, new CountDownLatch(1));
  }

  /// Holds the next answer that describes the room, which LiveKit has given by then, until
  /// [#answer].
  ///
  /// @return open once there is one
  CountDownLatch hold(String room) {
    Held held = new Held(room, new CountDownLatch(1), new CountDownLatch(1));
    hanging.put("the next about " + room, held.released());
    next.set(held);
    return held.known();
  }

  /// Answers whatever is left unanswered or held back.
  void answer() {
    next.set(null);
    hanging.values().forEach(CountDownLatch::countDown);
    hanging.clear();
  }

  void passOn(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    String method = exchange.getRequestURI().getPath().replaceFirst(".*/", "");
    try {
      if (!exchange.getRequestMethod().equals("POST")) {
        answer(exchange, 400, new byte[0]);
        return;
      }
      JsonNode request = JSON.readTree(body);
      String room =
          request
              .path("room")
              .asString(request.path("name").asString(request.path("names").path(0).asString("")));
      CountDownLatch hangs = hanging.get(room);
      if (hangs != null) {
        hangs.await();
      }
      String identity = request.path("identity").asString("");
      if ((lost && method.equals("RemoveParticipant"))
          || (closesNothing && method.equals("DeleteRoom"))) {
        answer(exchange, 404, json("{\"code\": \"not_found\", \"msg\": \"does not exist\"}"));
        return;
      }
      if (method.equals("RemoveParticipant") && putOut.test(identity)) {
        answer(exchange, 200, json("{}"));
        return;
      }
      HttpResponse<byte[]> told = ask(exchange, body);
      byte[] content = told.body();
      if (told.statusCode() == 200) {
        content = seen(method, room, content);
      }
      if (method.equals("DeleteRoom")) {
        var _ = putOut.test(room);
      }
      if (losing && (method.equals("ListParticipants") || request.has("names"))) {
        losing = false;
        lost = true;
      }
      Held held = next.get();
      if (held != null
          && request.has("names")
          && held.room().equals(room)
          && next.compareAndSet(held, null)) {
        held.known().countDown();
        held.released().await();
      }
      answer(exchange, told.statusCode(), content);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      exchange.close();
    }
  }

  private byte[] seen(String method, String room, byte[] content) {
    List<String> there = recorders.apply(room);
    return switch (method) {
      case "ListParticipants" ->
          lost ? json("{\"participants\": []}") : withRecorders(content, there);
      case "ListRooms" -> lost ? json("{\"rooms\": []}") : content;
      case "CreateRoom" -> {
        ObjectNode created = (ObjectNode) JSON.readTree(content);
        created.put("active_recording", !there.isEmpty());
        yield JSON.writeValueAsBytes(created);
      }
      default -> content;
    };
  }

  private static byte[] withRecorders(byte[] listed, List<String> there) {
    ObjectNode answer = (ObjectNode) JSON.readTree(listed);
    for (String identity : there) {
      ObjectNode recorder =
          answer
              .withArray("participants")
              .addObject()
              .put("identity", identity)
              .put("state", "ACTIVE")
              .put("kind", "EGRESS");
      recorder.putObject("permission").put("hidden", true).put("recorder", true);
    }
    return JSON.writeValueAsBytes(answer);
  }

  private HttpResponse<byte[]> ask(HttpExchange exchange, byte[] body)
      throws IOException, InterruptedException {
    return CLIENT.send(
        HttpRequest.newBuilder(liveKit.address().resolve(exchange.getRequestURI().getPath()))
            .header("Content-Type", "application/json")
            .header("Authorization", exchange.getRequestHeaders().getFirst("Authorization"))
            .POST(BodyPublishers.ofByteArray(body))
            .build(),
        BodyHandlers.ofByteArray());
  }

  private static byte[] json(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void answer(HttpExchange exchange, int status, byte[] content) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, content.length == 0 ? -1 : content.length);
    exchange.getResponseBody().write(content);
  }
}
