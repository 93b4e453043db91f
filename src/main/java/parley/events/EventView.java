package parley.events;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import parley.json.Json;
import parley.tenants.RoomId;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// The JSON of an event in lists.
public record EventView(
    EventId id,
    long streamPosition,
    @Nullable RoomId roomId,
    EventType eventType,
    @JsonRawValue String content,
    @Nullable UserId senderId,
    Instant originTs) {
  public static EventView of(Event event) {
    return new EventView(
        event.id(),
        event.position(),
        event.audience().roomId(),
        event.type(),
        event.content(),
        event.sender(),
        event.at());
  }

  /// The event as a JSON frame of the stream. The fields of its content are merged with those of
  /// the event. Only the content of messages, which their senders control, is nested in a field of
  /// its own.
  static String frame(Event event) {
    Head head =
        new Head(
            event.type(),
            event.id(),
            event.audience().roomId(),
            event.tenant(),
            event.at(),
            event.position());
    return Json.write(
        event.type() == EventType.ROOM_MESSAGE
            ? new MessageFrame(head, event.sender(), event.content(), event.at())
            : new EventFrame(head, Json.fields(event.content())));
  }

  private record Head(
      EventType type,
      EventId id,
      @Nullable RoomId roomId,
      TenantId tenantId,
      Instant ts,
      long streamPosition) {}

  private record MessageFrame(
      @JsonUnwrapped Head head,
      @Nullable UserId senderId,
      @JsonRawValue String content,
      Instant originTs) {}

  private record EventFrame(@JsonUnwrapped Head head, @JsonAnyGetter Map<String, Object> content) {}
}
