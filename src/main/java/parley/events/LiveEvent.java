package parley.events;

import org.jspecify.annotations.Nullable;

/// An event that is being delivered to this node's subscribers, with one frame for all of them.
final class LiveEvent {
  private final Event event;
  private @Nullable String frame;

  LiveEvent(Event event) {
    this.event = event;
  }

  long position() {
    return event.position();
  }

  /// The event as the stream sends it. Concurrent callers may each serialize it.
  String frame() {
    String written = frame;
    if (written == null) {
      written = EventView.frame(event);
      frame = written;
    }
    return written;
  }
}
