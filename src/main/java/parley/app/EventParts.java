package parley.app;

import java.time.Clock;
import java.time.Duration;
import parley.auth.ApiKeys;
import parley.config.Config;
import parley.db.Database;
import parley.db.Signals;
import parley.events.EventFeed;
import parley.events.EventLog;
import parley.events.EventPruning;

/// The event log of a server, wired.
///
/// @param log for all features to record what happens
/// @param feed who listens on this node
record EventParts(EventLog log, EventFeed feed) {
  /// Begins to listen to the other nodes; it is closed with `opened`.
  static EventParts start(
      Config.Events config, Database database, ApiKeys keys, Clock clock, CloseStack opened) {
    Signals signals = new Signals(database);
    EventFeed feed = new EventFeed(database, signals, keys::valid, clock);
    feed.start();
    opened.add(feed);
    signals.start();
    opened.add(signals);
    EventPruning pruning =
        new EventPruning(database, clock, Duration.ofDays(config.keepDays()), config.pruneCheck());
    pruning.start();
    opened.add(pruning);
    return new EventParts(new EventLog(feed, clock), feed);
  }
}
