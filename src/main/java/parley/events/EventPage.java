package parley.events;

import java.util.List;

/// A page of the events that a user may read.
///
/// @param next where to continue: all of the user's events up to here are on this page
/// @param more whether there are already further events
public record EventPage(List<Event> events, long next, boolean more) {
  public EventPage {
    events = List.copyOf(events);
  }
}
