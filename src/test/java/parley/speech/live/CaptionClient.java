package parley.speech.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import parley.testing.TestCaller;
import parley.testing.TestServer;
import parley.testing.TestSocket;
import tools.jackson.databind.JsonNode;

/// A client of live captions that notes all that it is sent.
public final class CaptionClient implements AutoCloseable {
  static final String PATH = "/v1/modules/scaiecho/stream/transcribe";

  private final TestSocket socket;
  private final List<JsonNode> received = new ArrayList<>();

  private CaptionClient(TestSocket socket) {
    this.socket = socket;
  }

  static CaptionClient connect(TestServer server, TestCaller caller) {
    return new CaptionClient(TestSocket.connect(server.uri(PATH), caller.token()));
  }

  /// Connects, opens a stream and waits until it is ready.
  ///
  /// @param fields besides the type, as JSON without braces
  public static CaptionClient open(TestServer server, TestCaller caller, String fields)
      throws Exception {
    CaptionClient client = connect(server, caller);
    client.socket.send("{\"type\":\"open\"," + fields + "}");
    client.until(message -> is(message, "ready"));
    return client;
  }

  public TestSocket socket() {
    return socket;
  }

  /// Sends sound, cut at random.
  public void send(byte[] sound, Random random) {
    for (int at = 0; at < sound.length; ) {
      int length = Math.min(sound.length - at, 1 + random.nextInt(12_000));
      byte[] message = new byte[length];
      System.arraycopy(sound, at, message, 0, length);
      socket.send(message);
      at += length;
    }
  }

  public void control(String type) {
    socket.send("{\"type\":\"" + type + "\"}");
  }

  /// Receives until such a message comes, and returns it.
  JsonNode until(Predicate<JsonNode> wanted) throws Exception {
    while (true) {
      JsonNode message = socket.json();
      received.add(message);
      if (wanted.test(message)) {
        return message;
      }
      if (is(message, "closed") || is(message, "error")) {
        throw new AssertionError("it ended before: " + received);
      }
    }
  }

  /// Receives until the stream has ended, and returns the last message.
  public JsonNode end() throws Exception {
    return until(message -> is(message, "closed") || is(message, "error"));
  }

  static boolean is(JsonNode message, String type) {
    return message.get("type").asString().equals(type);
  }

  /// Sound that comes faster than it is spoken may have its final caption without any partial one
  /// before.
  static boolean isCaption(JsonNode message) {
    return is(message, "delta");
  }

  static boolean isFinal(JsonNode message) {
    return isCaption(message) && message.get("is_final").asBoolean();
  }

  static boolean isPartial(JsonNode message) {
    return isCaption(message) && !message.get("is_final").asBoolean();
  }

  List<JsonNode> received() {
    return received;
  }

  List<JsonNode> finals() {
    return received.stream().filter(CaptionClient::isFinal).toList();
  }

  public String text() {
    return finals().stream()
        .map(message -> message.get("text").asString())
        .collect(Collectors.joining(" "));
  }

  @Override
  public void close() {
    socket.abort();
  }

  /// Waits for the end, which has to be this refusal.
  void assertRefused(String code, int closeCode) throws Exception {
    JsonNode error = end();
    assertThat(error.get("type").asString()).isEqualTo("error");
    assertThat(error.get("code").asString()).isEqualTo(code);
    assertThat(error.get("message").asString()).isNotBlank();
    assertThat(socket().closeCode()).isEqualTo(closeCode);
  }
}
