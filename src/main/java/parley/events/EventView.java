package parley.events;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import parley.json.Json;
import parley.tenants.UserId;

/// How an event is shown: as an entry of a list, or as a message of the stream.
public final class EventView {
  private EventView() {}

  /// `{id, stream_position, room_id, event_type, content, sender_id, origin_ts}`.
  public static Map<String, Object> entry(Event event) {
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("id", event.id().toString());
    view.put("stream_position", event.position());
    view.put("room_id", event.room() == null ? null : event.room().toString());
    view.put("event_type", event.type().text());
    view.put("content", Json.fields(event.content()));
    view.put("sender_id", text(event.sender()));
    view.put("origin_ts", event.at());
    return view;
  }

  /// A message of the stream: what all events have, then `{sender_id, content, origin_ts}` of a
  /// room's message or the content of any other, field by field.
  static String message(Event event) {
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("type", event.type().text());
    view.put("id", event.id().toString());
    view.put("room_id", event.room() == null ? null : event.room().toString());
    view.put("tenant_id", event.tenant().toString());
    view.put("ts", event.at());
    view.put("stream_position", event.position());
    Map<String, Object> content = Json.fields(event.content());
    if (event.type() == EventType.ROOM_MESSAGE) {
      view.put("sender_id", text(event.sender()));
      view.put("content", content);
      view.put("origin_ts", event.at());
    } else {
      content.forEach(view::putIfAbsent);
    }
    return Json.write(view);
  }

  private static @Nullable String text(@Nullable UserId user) {
    return user == null ? null : user.toString();
  }
}
