package parley.app;

import java.io.IOException;
import java.time.Clock;
import java.util.List;
import parley.config.Config;
import parley.db.Database;
import parley.metering.Meter;
import parley.speech.Backends;
import parley.speech.Tariff;
import parley.speech.TenantPolicies;
import parley.speech.decoding.AudioDecoder;
import parley.speech.engine.SpeechEngine;
import parley.speech.live.Captioners;
import parley.speech.live.LiveLimits;
import parley.speech.live.LiveRoutes;
import parley.speech.live.LiveStreams;
import parley.storage.Spool;
import parley.web.MemoryPlan;
import parley.web.Route;

/// Live captions, wired.
///
/// @param streams to be closed before the database and the models
record LiveParts(LiveStreams streams, List<Route> routes) {
  static LiveParts start(
      Config config,
      SpeechBackends loading,
      Backends backends,
      AudioDecoder decoder,
      Spool spool,
      TenantPolicies policies,
      Meter meter,
      Database database,
      Clock clock)
      throws IOException {
    Config.Live limits = config.live();
    LiveStreams streams =
        new LiveStreams(
            new Captioners(loading.engine().map(SpeechEngine::live), backends, decoder, spool),
            policies,
            meter,
            database,
            new Tariff(config.speech().centsPerHour(), config.relay().centsPerHour()),
            new LiveLimits(
                limits.streamsPerTenant(), streams(limits), limits.idle(), limits.longest()),
            clock);
    streams.start();
    return new LiveParts(streams, new LiveRoutes(streams).routes());
  }

  /// No more than the heap has room for, whatever is set.
  private static int streams(Config.Live limits) {
    return Math.min(limits.streams(), MemoryPlan.ofThisProcess().liveStreams());
  }
}
