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
  /// Begins to tell who listens; it is closed with `opened`.
  ///
  /// @param signals of the other nodes, which are started after this
  static EventParts start(
      Config.Events config,
      Database database,
      Signals signals,
      ApiKeys keys,
      Clock clock,
      CloseStack opened) {
    EventFeed feed = new EventFeed(database, signals, keys::valid, clock);
    feed.start();
    opened.add(feed);
    KeyWatch watch = opened.add(new KeyWatch(keys::valid, clock));
    watch.start(signals);
    EventPruning pruning =
        new EventPruning(database, clock, Duration.ofDays(config.keepDays()), config.pruneCheck());
    pruning.start();
    opened.add(pruning);
    return new EventParts(new EventLog(feed, clock), feed, watch);
  }
}
