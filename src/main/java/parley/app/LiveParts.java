package parley.app;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.stream.Stream;
import parley.config.Config;
import parley.config.Roles.Role;
import parley.metering.Meter;
import parley.speakers.SpeakerRosters;
import parley.speech.Backends;
import parley.speech.Tariff;
import parley.speech.TenantPolicies;
import parley.speech.decoding.AudioDecoder;
import parley.speech.deepgram.DeepgramLiveRoutes;
import parley.speech.live.Captioners;
import parley.speech.live.LiveDiarisation;
import parley.speech.live.LiveLimits;
import parley.speech.live.LiveRoutes;
import parley.speech.live.LiveStreams;
import parley.speech.realtime.RealtimeRoutes;
import parley.web.MemoryPlan;
import parley.web.Route;

/// Live captions, wired.
record LiveParts(LiveStreams streams, List<Route> routes) {
  static LiveParts start(
      Foundation base,
      SpeechBackends loading,
      Backends backends,
      AudioDecoder decoder,
      TenantPolicies policies,
      Meter meter,
      SpeakerRosters rosters) {
    Config config = base.config();
    Config.Live limits = config.live();
    LiveStreams streams =
        base.opened()
            .add(
                new LiveStreams(
                    new Captioners(
                        loading.live(),
                        backends,
                        new LiveDiarisation(loading.voices(), rosters),
                        decoder,
                        base.spool()),
                    policies,
                    meter,
                    base.database(),
                    new Tariff(config.speech().centsPerHour(), config.relay().centsPerHour()),
                    new LiveLimits(
                        limits.streamsPerTenant(),
                        limits.streams(),
                        // Whatever is configured, no more than the heap has room for.
                        MemoryPlan.ofThisProcess().liveStreams(),
                        limits.idle(),
                        limits.longest()),
                    base.clock()));
    streams.start();
    return new LiveParts(
        streams,
        Stream.of(
                new LiveRoutes(streams).routes(),
                new DeepgramLiveRoutes(streams, base.clock()).routes(),
                new RealtimeRoutes(streams, limits.longest(), base.clock()).routes())
            .flatMap(List::stream)
            .toList());
  }

  /// Shows in the metrics how much captions there are and could be.
  static void report(LiveStreams streams, Config config, MeterRegistry meters) {
    int processors =
        config.server().roles().has(Role.SPEECH) ? SpeechBackends.threads(config.speech()) : 0;
    Gauge.builder("speech.live.streams", streams, LiveStreams::count).register(meters);
    Gauge.builder("speech.live.processors.needed", streams, LiveStreams::processorsNeeded)
        .description("processors that the streams take while everybody speaks")
        .register(meters);
    Gauge.builder("speech.live.processors", () -> processors)
        .description("processors that there are for them; no stream is taken beyond")
        .register(meters);
  }
}
