package parley.rooms;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import parley.auth.Caller;
import parley.db.Database;
import parley.events.Audience;
import parley.events.Event;
import parley.events.EventLog;
import parley.events.EventPage;
import parley.events.EventReader;
import parley.events.EventReceipt;
import parley.events.EventType;
import parley.json.Json;
import parley.media.MediaId;
import parley.paging.Page;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.tenants.RoomId;
import parley.tenants.TenantId;
import parley.tenants.UserId;
import tools.jackson.databind.JsonNode;

/// Messages in rooms. Members can read what was sent while they were members, and nothing from
/// before.
public final class RoomMessages {
  /// The maximum size of a message as JSON in UTF-8; part of the API.
  public static final int MAX_BYTES = 64 * 1024;

  private static final int MAX_TYPE = 255;

  /// The message type that only the server may send.
  static final String TRANSCRIPT = "swp.audio_transcript";

  private final Database database;
  private final Rooms rooms;
  private final RoomFiles files;
  private final EventLog events;
  private final EventReader reader;

  public RoomMessages(
      Database database, Rooms rooms, RoomFiles files, EventLog events, EventReader reader) {
    this.database = database;
    this.rooms = rooms;
    this.files = files;
    this.events = events;
    this.reader = reader;
  }

  /// Sends a message: an object with a `msgtype`. `swp.text` has a text in `body`; `swp.media` has
  /// the `media_id` of a file that the caller may read, which is attached to the room. Messages of
  /// other types have any content.
  ///
  /// @throws Problem VALIDATION for malformed content, BODY_TOO_LARGE beyond 64 KiB,
  ///   MEDIA_NOT_FOUND for a file that the caller may not read
  public Event send(Caller caller, RoomId room, JsonNode content) {
    String type = type(content);
    if (Json.write(content).getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
      throw new Problem(ProblemCode.BODY_TOO_LARGE, "A message must not exceed 64 KiB.")
          .at("content");
    }
    EventReceipt receipt =
        database.inTransaction(transaction -> {
          rooms.requireMember(transaction, caller.tenant(), caller.user(), room);
          if (type.equals("swp.media")) {
            files.attach(transaction, caller, room, media(content));
          }
          return post(transaction, caller.tenant(), room, caller.user(), content);
        });
    return receipt.event();
  }

  /// Posts a message of the server in a user's name, within the transaction and of any size.
  ///
  /// @param content a record that is serialised as the message's JSON object
  public EventReceipt post(
      Handle transaction, TenantId tenant, RoomId room, UserId sender, Object content) {
    return events.record(
        transaction, tenant, Audience.room(room), EventType.ROOM_MESSAGE, sender, content);
  }

  /// Messages of a room, newest first.
  ///
  /// @param older whether there are older ones
  /// @param total how many messages the caller may read in total; null beyond 10,000
  public record Listed(List<Event> messages, boolean older, @Nullable Long total) {}

  /// Returns the messages before a position, newest first.
  public Listed list(Caller caller, RoomId room, long before, int max) {
    return database.inTransaction(transaction -> {
      rooms.requireMember(transaction, caller.tenant(), caller.user(), room);
      EventPage found =
          reader.messages(transaction, caller.tenant(), room, caller.user(), before, max);
      long counted =
          reader.countMessages(transaction, caller.tenant(), room, caller.user(), Page.MAX_COUNTED);
      return new Listed(found.events(), found.more(), Page.total(counted));
    });
  }

  private static String type(JsonNode content) {
    if (!content.isObject()) {
      throw Problem.invalid("content", "is an object");
    }
    JsonNode type = content.get("msgtype");
    if (type == null
        || !type.isString()
        || type.asString().isBlank()
        || type.asString().length() > MAX_TYPE) {
      throw Problem.invalid("content.msgtype", "is a text of 1 to 255 characters");
    }
    if (type.asString().equals(TRANSCRIPT)) {
      throw Problem.invalid(
          "content.msgtype", "is not " + TRANSCRIPT + ", which only the server may send");
    }
    JsonNode body = content.get("body");
    if (type.asString().equals("swp.text")
        && (body == null || !body.isString() || body.asString().isEmpty())) {
      throw Problem.invalid("content.body", "is a text");
    }
    return type.asString();
  }

  private static MediaId media(JsonNode content) {
    JsonNode id = content.get("media_id");
    if (id == null || !id.isString()) {
      throw Problem.invalid("content.media_id", "is the id of a file");
    }
    return MediaId.parse(id.asString())
        .orElseThrow(() -> new Problem(ProblemCode.MEDIA_NOT_FOUND, "There is no such media."));
  }
}
