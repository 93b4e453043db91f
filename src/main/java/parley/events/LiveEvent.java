package parley.events;

import org.jspecify.annotations.Nullable;

/// An event on its way to this node's subscribers; its frame is written once for all of them.
final class LiveEvent {
  private final Event event;
  private @Nullable String frame;

  LiveEvent(Event event) {
    this.event = event;
  }

  long position() {
    return event.position();
  }

  /// As the stream sends it. Threads that ask at the same moment may each write it.
  String frame() {
    String written = frame;
    if (written == null) {
      written = EventView.frame(event);
      frame = written;
    }
    return written;
  }
}
