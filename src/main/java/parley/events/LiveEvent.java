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

  /// As the stream sends it. Threads that ask at the same moment may each write it.
  String message() {
    String written = message;
    if (written == null) {
      written = EventView.message(event);
      message = written;
    }
    return written;
  }
}
