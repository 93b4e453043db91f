package parley.events;

import org.jspecify.annotations.Nullable;

/// An event on its way to those who listen on this node; written once for all of them.
final class LiveEvent {
  private final Event event;
  private @Nullable String message;

  LiveEvent(Event event) {
    this.event = event;
  }

  long position() {
    return event.position();
  }

  /// As the stream sends it. Only the feed's own thread asks.
  String message() {
    String written = message;
    if (written == null) {
      written = EventView.message(event);
      message = written;
    }
    return written;
  }
}
