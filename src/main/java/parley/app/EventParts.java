package parley.app;

import java.time.Clock;
import parley.auth.ApiKeys;
import parley.db.Database;
import parley.db.Signals;
import parley.events.EventFeed;
import parley.events.EventLog;

/// The event log of a server, wired.
///
/// @param log for all features to record what happens
/// @param feed who listens on this node
record EventParts(EventLog log, EventFeed feed) {
  /// Begins to listen to the other nodes; it is closed with `opened`.
  static EventParts start(Database database, ApiKeys keys, Clock clock, CloseStack opened) {
    Signals signals = new Signals(database);
    EventFeed feed = new EventFeed(database, signals, keys::valid, clock);
    feed.start();
    opened.add(feed);
    signals.start();
    opened.add(signals);
    return new EventParts(new EventLog(feed, clock), feed);
  }
}
