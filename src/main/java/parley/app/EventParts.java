package parley.app;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import parley.auth.ApiKeys;
import parley.auth.KeyWatch;
import parley.config.Config;
import parley.db.Database;
import parley.db.Signals;
import parley.events.EventFeed;
import parley.events.EventLog;
import parley.events.EventPruning;
import parley.events.EventReader;
import parley.events.EventRoutes;
import parley.web.Route;

/// The event log of a server, wired.
///
/// @param log for all features to record what happens
/// @param feed which delivers events to this node's clients
/// @param keys watches the keys in use on this node
/// @param reader of past events
record EventParts(
    EventLog log, EventFeed feed, KeyWatch keys, EventReader reader, List<Route> routes) {
  /// @param signals of the other nodes, which are started after this
  static EventParts start(Foundation base, Signals signals, ApiKeys keys, MeterRegistry meters)
      throws IOException {
    Config config = base.config();
    Database database = base.database();
    Clock clock = base.clock();
    CloseStack opened = base.opened();
    EventFeed feed = opened.add(new EventFeed(database, signals));
    feed.start();
    Gauge.builder("events.listeners", feed, EventFeed::listeners).register(meters);
    KeyWatch watch = opened.add(new KeyWatch(keys::valid, clock));
    watch.start(signals);
    Duration kept = Duration.ofDays(config.events().keepDays());
    opened.add(new EventPruning(database, clock, kept, config.events().pruneCheck())).start();
    EventReader reader = new EventReader(database);
    String serverName = config.server().publicUrl().map(URI::getHost).orElse(base.node());
    return new EventParts(
        new EventLog(feed, clock),
        feed,
        watch,
        reader,
        new EventRoutes(reader, feed, serverName, clock).routes());
  }
}
