package parley.app;

import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import parley.calls.Recorders;
import parley.calls.RecordingChanges;
import parley.calls.RecordingCollector;
import parley.calls.RecordingPlace;
import parley.calls.RecordingPlaces;
import parley.calls.RecordingSteps;
import parley.calls.RecordingWatch;
import parley.calls.livekit.Egress;
import parley.calls.livekit.EgressOutput;
import parley.calls.livekit.LiveKit;
import parley.config.CallConfig;
import parley.config.Config;
import parley.config.StorageConfig;
import parley.db.Database;
import parley.storage.Blobs;
import parley.storage.Deliveries;
import parley.storage.FolderDeliveries;
import parley.storage.S3Deliveries;
import parley.storage.S3Settings;

/// What records the calls of a server, wired.
record RecordingParts(RecordingSteps steps, RecordingWatch watch, RecordingPlace place) {
  static final String NO_PLACE = "off: neither storage.kind = \"s3\" nor calls.recordings_folder";

  /// Where egress leaves recordings, and where this server finds them.
  private record Place(EgressOutput output, Deliveries deliveries) {}

  /// Starts what works by itself; it is closed with `opened`. Empty when the configuration names no
  /// place for recordings.
  static Optional<RecordingParts> start(
      Config config,
      Database database,
      Blobs blobs,
      LiveKit liveKit,
      RecordingChanges changes,
      Recorders recorders,
      RecordingPlaces places,
      CloseStack opened) {
    return place(config.storage(), config.calls(), changes.clock(), opened)
        .map(place -> {
          Egress egress = liveKit.egress(place.output());
          RecordingCollector collector =
              new RecordingCollector(database, changes, place.deliveries(), blobs, places);
          RecordingPlace files = new RecordingPlace(place.deliveries());
          files.tell();
          RecordingSteps steps =
              opened.add(new RecordingSteps(database, changes, collector, egress, files));
          RecordingWatch watch =
              opened.add(
                  new RecordingWatch(
                      database,
                      steps,
                      collector,
                      egress,
                      recorders,
                      files,
                      config.calls().lookEvery(),
                      config.calls().reconnecting()));
          watch.start();
          return new RecordingParts(steps, watch, files);
        });
  }

  /// How the place that the configuration names is, in words.
  static String state(Config config, CloseStack opened) {
    return place(config.storage(), config.calls(), Clock.systemUTC(), opened)
        .map(place -> new RecordingPlace(place.deliveries()).state())
        .orElse(NO_PLACE);
  }

  private static Optional<Place> place(
      StorageConfig storage, CallConfig calls, Clock clock, CloseStack opened) {
    return switch (storage.kind()) {
      case S3 -> {
        S3Settings settings = OpenStore.settings(storage);
        yield Optional.of(new Place(bucket(settings), opened.add(S3Deliveries.at(settings))));
      }
      case LOCAL ->
          calls
              .recordingsFolder()
              .map(folder ->
                  new Place(
                      new EgressOutput.Folder(asEgressSeesIt(calls, folder)),
                      new FolderDeliveries(folder, clock)));
    };
  }

  private static EgressOutput bucket(S3Settings settings) {
    return new EgressOutput.Bucket(
        settings.endpoint(),
        settings.region(),
        settings.bucket(),
        settings.accessKey(),
        settings.secretKey(),
        settings.pathStyle(),
        settings.prefix());
  }

  private static String asEgressSeesIt(CallConfig calls, Path folder) {
    String path =
        calls.egressFolder().isBlank() ? folder.toAbsolutePath().toString() : calls.egressFolder();
    return path.replaceAll("/+$", "");
  }
}
