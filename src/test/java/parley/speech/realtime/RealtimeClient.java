package parley.speech.realtime;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import parley.testing.TestCaller;
import parley.testing.TestServer;
import parley.testing.TestSocket;
import tools.jackson.databind.JsonNode;

/// A client of the Realtime API that notes all that it is sent.
final class RealtimeClient implements AutoCloseable {
  static final String PATH = "/v1/realtime";
  static final String COMPLETED = "conversation.item.input_audio_transcription.completed";
  static final String DELTA = "conversation.item.input_audio_transcription.delta";

  private final TestSocket socket;
  private final List<JsonNode> received = new ArrayList<>();

  private RealtimeClient(TestSocket socket) {
    this.socket = socket;
  }

  static RealtimeClient connect(TestServer server, TestCaller caller) throws Exception {
    RealtimeClient client =
        new RealtimeClient(
            TestSocket.connect(server.uri(PATH + "?intent=transcription"), caller.token()));
    client.until("session.created");
    return client;
  }

  /// Connects and configures the session.
  ///
  /// @param input the fields of `audio.input`, as JSON without braces
  static RealtimeClient open(TestServer server, TestCaller caller, String input) throws Exception {
    RealtimeClient client = connect(server, caller);
    client.update(input);
    client.until("session.updated");
    return client;
  }

  void update(String input) {
    send(
        "{\"type\":\"session.update\",\"session\":{\"type\":\"transcription\",\"audio\":{\"input\":{"
            + input
            + "}}}}");
  }

  TestSocket socket() {
    return socket;
  }

  void send(String event) {
    socket.send(event);
  }

  void event(String type) {
    send("{\"type\":\"" + type + "\"}");
  }

  /// Appends sound in events of this many bytes.
  void append(byte[] sound, int step) {
    for (int at = 0; at < sound.length; at += step) {
      byte[] part = Arrays.copyOfRange(sound, at, Math.min(sound.length, at + step));
      send(
          "{\"type\":\"input_audio_buffer.append\",\"audio\":\""
              + Base64.getEncoder().encodeToString(part)
              + "\"}");
    }
  }

  /// Receives until such an event comes, and returns it.
  JsonNode until(String type) throws Exception {
    while (true) {
      JsonNode event = socket.json();
      received.add(event);
      String now = event.get("type").asString();
      if (now.equals(type)) {
        return event;
      }
      if (now.equals("error")) {
        throw new AssertionError(event + " after " + received);
      }
    }
  }

  List<JsonNode> all(String type) {
    return received.stream().filter(event -> event.get("type").asString().equals(type)).toList();
  }

  /// The types of what has come, apart from text that grows, without what all have in common.
  List<String> types() {
    return received.stream()
        .map(event -> event.get("type").asString())
        .filter(type -> !type.equals(DELTA))
        .toList();
  }

  String text() {
    return all(COMPLETED).stream()
        .map(event -> event.get("transcript").asString())
        .filter(text -> !text.isEmpty())
        .collect(Collectors.joining(" "));
  }

  /// The text of an item as it grew.
  String grown(JsonNode completed) {
    return all(DELTA).stream()
        .filter(event -> event.get("item_id").equals(completed.get("item_id")))
        .map(event -> event.get("delta").asString())
        .collect(Collectors.joining());
  }

  @Override
  public void close() {
    socket.abort();
  }
}
