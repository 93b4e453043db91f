package parley.app;

import java.time.Clock;
import java.time.Duration;
import parley.auth.ApiKeys;
import parley.auth.KeyWatch;
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
/// @param keys looks after the keys that are in use on this node
record EventParts(EventLog log, EventFeed feed, KeyWatch keys) {
  /// Begins to listen to the other nodes; it is closed with `opened`.
  static EventParts start(
      Config.Events config, Database database, ApiKeys keys, Clock clock, CloseStack opened) {
    Signals signals = new Signals(database);
    EventFeed feed = new EventFeed(database, signals, keys::valid, clock);
    feed.start();
    opened.add(feed);
    KeyWatch watch = opened.add(new KeyWatch(keys::valid, clock));
    watch.start(signals);
    signals.start();
    opened.add(signals);
    EventPruning pruning =
        new EventPruning(database, clock, Duration.ofDays(config.keepDays()), config.pruneCheck());
    pruning.start();
    opened.add(pruning);
    return new EventParts(new EventLog(feed, clock), feed, watch);
  }
}
