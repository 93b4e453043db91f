package parley.events;

import java.util.List;

/// A stretch of the events that one user may read.
///
/// @param next where to continue: every event up to here is on this page or not for the user
/// @param more whether there were further events already
public record EventPage(List<Event> events, long next, boolean more) {
  public EventPage {
    events = List.copyOf(events);
  }
}
