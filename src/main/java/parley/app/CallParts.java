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
import parley.calls.CallKeyWatch;
import parley.calls.CallRoutes;
import parley.calls.CallTimes;
import parley.calls.CallWatch;
import parley.calls.Calls;
import parley.calls.LiveKitRooms;
import parley.calls.Recorders;
import parley.calls.RecordingChanges;
import parley.calls.RecordingPlaces;
import parley.calls.RecordingRoutes;
import parley.calls.RecordingTimes;
import parley.calls.Recordings;
import parley.calls.WebhookRoutes;
import parley.calls.livekit.LiveKit;
import parley.calls.livekit.LiveKitSettings;
import parley.calls.livekit.LiveKitTokens;
import parley.calls.livekit.LiveKitUnreachable;
import parley.calls.livekit.WebhookSeal;
import parley.config.CallConfig;
import parley.config.Config;
import parley.db.Database;
import parley.events.EventLog;
import parley.rooms.Rooms;
import parley.storage.Blobs;
import parley.tenants.TenantTable;
import parley.web.Route;

/// The calls of a server, wired.
///
/// @param state how LiveKit is, in words
/// @param recordings how the place of recordings is, in words
record CallParts(List<Route> routes, Supplier<String> state, Supplier<String> recordings) {
  private static final String OFF = "off: no LiveKit is configured";

  /// Together less than the three seconds after which a caller is to know that there is no call.
  private static final Duration CONNECTING = Duration.ofMillis(800);

  private static final Duration ANSWERING = Duration.ofMillis(1_500);

  /// Starts what works by itself; it is closed with `opened`.
  static CallParts start(
      Config whole,
      Database database,
      Blobs blobs,
      RoomDoors doors,
      RecordingPlaces places,
      KeyValidator keys,
      Clock clock,
      CloseStack opened) {
    CallConfig config = whole.calls();
    if (config.livekitUrl().isEmpty()) {
      return new CallParts(
          routes(Optional.empty(), Optional.empty(), Optional.empty()), () -> OFF, () -> OFF);
    }
    Rooms rooms = doors.rooms();
    EventLog events = doors.events();
    LiveKitSettings settings = settings(config, config.livekitUrl().get());
    LiveKitTokens tokens = new LiveKitTokens(settings, clock);
    LiveKit liveKit = opened.add(LiveKit.at(settings, tokens));
    LiveKitRooms liveKitRooms = new LiveKitRooms(liveKit, tokens, settings, clock);
    CallTimes times =
        new CallTimes(
            config.ringTimeout(), config.connecting(), config.reconnecting(), config.silence());
    CallChanges changes = opened.add(new CallChanges(database, events, liveKitRooms, times, clock));
    CallWatch watch =
        opened.add(
            new CallWatch(
                database,
                changes,
                rooms,
                liveKitRooms,
                new CallWatch.Looks(config.lookEvery(), config.awaitedLookEvery())));
    watch.start();
    opened.add(new CallKeyWatch(database, changes, keys)).start();
    Calls calls = new Calls(database, changes, rooms, liveKitRooms);
    doors.members().onDeparture(calls::left);
    RecordingChanges recordingChanges =
        new RecordingChanges(
            events,
            new RecordingTimes(
                config.recordingBegin(), config.reconnecting(), config.recordingFinish()),
            clock);
    Optional<RecordingParts> recording =
        RecordingParts.start(
            whole,
            database,
            blobs,
            liveKit,
            recordingChanges,
            new Recorders(database, changes, liveKitRooms),
            places,
            opened);
    Recordings recordings =
        new Recordings(
            database,
            calls,
            new TenantTable(),
            recordingChanges,
            recording.map(RecordingParts::steps));
    WebhookRoutes.Receiver receiver =
        new WebhookRoutes.Receiver(
            new WebhookSeal(settings, clock), watch, recording.map(RecordingParts::watch));
    return new CallParts(
        routes(Optional.of(calls), Optional.of(recordings), Optional.of(receiver)),
        () -> state(liveKit),
        recording
            .<Supplier<String>>map(parts -> parts.place()::state)
            .orElse(() -> RecordingParts.NO_PLACE));
  }

  private static List<Route> routes(
      Optional<Calls> calls,
      Optional<Recordings> recordings,
      Optional<WebhookRoutes.Receiver> receiver) {
    return Stream.of(
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
        // Clients open a WebSocket: http becomes ws, https wss.
        URI.create(reachable.toString().replaceFirst("^http", "ws")),
        config.livekitKey(),
        config.livekitSecret().value(),
        CONNECTING,
        ANSWERING,
        config.tokenValid());
  }

  /// How the place of recordings is, in words.
  static String recordings(Config config, CloseStack opened) {
    return config.calls().livekitUrl().isEmpty() ? OFF : RecordingParts.state(config, opened);
  }

  /// How the configured LiveKit is, in words.
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
