package parley.app;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import parley.auth.KeyValidator;
import parley.calls.CallChanges;
import parley.calls.CallHistory;
import parley.calls.CallHistoryRoutes;
import parley.calls.CallKeyWatch;
import parley.calls.CallReconciler;
import parley.calls.CallRoutes;
import parley.calls.CallTimeouts;
import parley.calls.Calls;
import parley.calls.LiveKitRooms;
import parley.calls.Recorders;
import parley.calls.RecordingChanges;
import parley.calls.RecordingPublication;
import parley.calls.RecordingRoutes;
import parley.calls.RecordingTimeouts;
import parley.calls.Recordings;
import parley.calls.WebhookRoutes;
import parley.calls.livekit.LiveKit;
import parley.calls.livekit.LiveKitSettings;
import parley.calls.livekit.LiveKitTokens;
import parley.calls.livekit.LiveKitUnreachable;
import parley.calls.livekit.WebhookVerifier;
import parley.config.CallConfig;
import parley.config.Config;
import parley.db.Database;
import parley.events.EventLog;
import parley.speech.Transcriptions;
import parley.web.Route;

/// The calls of a server, wired.
///
/// @param state of LiveKit, in words
/// @param recordings the state of the place of recordings, in words
record CallParts(List<Route> routes, Supplier<String> state, Supplier<String> recordings) {
  private static final String OFF = "off: no LiveKit is configured";

  /// How long a file of a recording that was given up may take to arrive: over a weekend, for what
  /// operators put in place by hand.
  private static final Duration LATE_FILES = Duration.ofDays(7);

  /// Together less than three seconds, by when whoever calls is to know that there is no call.
  private static final Duration CONNECTING = Duration.ofMillis(800);

  private static final Duration ANSWERING = Duration.ofMillis(1_500);

  static CallParts start(
      Foundation base,
      KeyValidator keys,
      EventLog events,
      RoomParts rooms,
      MessageParts messages,
      MediaParts media,
      Transcriptions transcriptions) {
    CallConfig config = base.config().calls();
    CallHistory history = new CallHistory(base.database(), rooms.rooms());
    if (config.livekitUrl().isEmpty()) {
      return new CallParts(
          routes(history, Optional.empty(), Optional.empty(), Optional.empty()),
          () -> OFF,
          () -> OFF);
    }
    Database database = base.database();
    Clock clock = base.clock();
    CloseStack opened = base.opened();
    LiveKitSettings settings = settings(config, config.livekitUrl().get());
    LiveKitTokens tokens = new LiveKitTokens(settings, clock);
    LiveKit liveKit = opened.add(LiveKit.at(settings, tokens));
    LiveKitRooms liveKitRooms = new LiveKitRooms(liveKit, tokens, settings, clock);
    CallTimeouts timeouts =
        new CallTimeouts(
            config.ringTimeout(), config.connecting(), config.reconnecting(), config.silence());
    CallChanges changes =
        opened.add(new CallChanges(database, events, liveKitRooms, timeouts, clock));
    CallReconciler reconciler =
        opened.add(
            new CallReconciler(
                database,
                changes,
                rooms.rooms(),
                liveKitRooms,
                new CallReconciler.Intervals(config.lookEvery(), config.awaitedLookEvery())));
    reconciler.start();
    opened.add(new CallKeyWatch(database, changes, keys)).start();
    Calls calls = new Calls(database, changes, rooms.rooms(), liveKitRooms);
    rooms.members().onDeparture(calls::left);
    RecordingChanges recordingChanges =
        new RecordingChanges(
            changes,
            new RecordingTimeouts(
                config.recordingBegin(),
                config.reconnecting(),
                config.recordingFinish(),
                LATE_FILES));
    Optional<RecordingParts> recording =
        RecordingParts.start(
            base,
            liveKit,
            recordingChanges,
            new Recorders(database, changes, liveKitRooms),
            new RecordingPublication(
                database,
                media.library(),
                media.uploads(),
                rooms.files(),
                messages.messages(),
                transcriptions,
                rooms.rooms()));
    Recordings recordings =
        new Recordings(
            database,
            calls,
            recordingChanges,
            recording.map(RecordingParts::steps),
            recording.map(RecordingParts::participants));
    WebhookRoutes.Receiver receiver =
        new WebhookRoutes.Receiver(
            new WebhookVerifier(settings, clock),
            reconciler,
            recording.map(RecordingParts::reconciler));
    return new CallParts(
        routes(history, Optional.of(calls), Optional.of(recordings), Optional.of(receiver)),
        () -> state(liveKit),
        recording
            .<Supplier<String>>map(parts -> parts.place()::state)
            .orElse(() -> RecordingParts.NO_LOCATION));
  }

  private static List<Route> routes(
      CallHistory history,
      Optional<Calls> calls,
      Optional<Recordings> recordings,
      Optional<WebhookRoutes.Receiver> receiver) {
    return Stream.of(
            new CallHistoryRoutes(history).routes(),
            new CallRoutes(calls).routes(),
            new RecordingRoutes(recordings).routes(),
            new WebhookRoutes(receiver).routes())
        .flatMap(List::stream)
        .toList();
  }

  private static LiveKitSettings settings(CallConfig config, URI address) {
    URI reachable = config.livekitPublicUrl().orElse(address);
    return new LiveKitSettings(
        address,
        // Clients connect by WebSocket: http becomes ws, https wss.
        URI.create(reachable.toString().replaceFirst("^http", "ws")),
        config.livekitKey(),
        config.livekitSecret().value(),
        CONNECTING,
        ANSWERING,
        config.tokenValid());
  }

  /// The state of the place of recordings, in words.
  static String recordings(Config config, CloseStack opened) {
    return config.calls().livekitUrl().isEmpty() ? OFF : RecordingParts.state(config, opened);
  }

  /// The state of the configured LiveKit, in words.
  static String state(CallConfig config, Clock clock, CloseStack opened) {
    if (config.livekitUrl().isEmpty()) {
      return OFF;
    }
    LiveKitSettings settings = settings(config, config.livekitUrl().get());
    return state(opened.add(LiveKit.at(settings, new LiveKitTokens(settings, clock))));
  }

  /// A node without LiveKit can do everything but calls.
  private static String state(LiveKit liveKit) {
    try {
      liveKit.rooms();
      return "ok";
    } catch (LiveKitUnreachable e) {
      return "unreachable: there are no calls";
    }
  }
}
