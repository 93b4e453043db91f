package parley.app;

import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import parley.calls.ParticipantRecordings;
import parley.calls.Recorders;
import parley.calls.RecordingChanges;
import parley.calls.RecordingImporter;
import parley.calls.RecordingLocation;
import parley.calls.RecordingPublication;
import parley.calls.RecordingReconciler;
import parley.calls.RecordingSteps;
import parley.calls.livekit.Egress;
import parley.calls.livekit.EgressOutput;
import parley.calls.livekit.LiveKit;
import parley.config.CallConfig;
import parley.config.Config;
import parley.config.StorageConfig;
import parley.storage.Deliveries;
import parley.storage.FolderDeliveries;
import parley.storage.S3Deliveries;
import parley.storage.S3Settings;

/// The recording of calls, wired.
record RecordingParts(
    RecordingSteps steps,
    ParticipantRecordings participants,
    RecordingReconciler reconciler,
    RecordingLocation place) {
  static final String NO_LOCATION =
      "off: neither storage.kind = \"s3\" nor calls.recordings_folder";

  /// Where egress puts files, and where this server finds them.
  private record Place(EgressOutput output, Deliveries deliveries) {}

  /// Empty when no place for recordings is configured.
  static Optional<RecordingParts> start(
      Foundation base,
      LiveKit liveKit,
      RecordingChanges changes,
      Recorders recorders,
      RecordingPublication publication) {
    Config config = base.config();
    CloseStack opened = base.opened();
    Optional<Place> configured = place(config.storage(), config.calls(), base.clock(), opened);
    if (configured.isEmpty()) {
      return Optional.empty();
    }
    Deliveries deliveries = configured.get().deliveries();
    Egress egress = liveKit.egress(configured.get().output());
    RecordingImporter importer =
        new RecordingImporter(base.database(), changes, deliveries, base.blobs(), publication);
    RecordingLocation place = new RecordingLocation(deliveries);
    place.logState();
    RecordingSteps steps =
        opened.add(new RecordingSteps(base.database(), changes, importer, egress, place));
    RecordingReconciler reconciler =
        opened.add(
            new RecordingReconciler(
                base.database(),
                steps,
                importer,
                egress,
                recorders,
                place,
                new RecordingReconciler.Settings(
                    config.calls().lookEvery(), config.calls().reconnecting())));
    reconciler.start();
    ParticipantRecordings participants =
        opened.add(new ParticipantRecordings(base.database(), changes, steps));
    participants.start();
    return Optional.of(new RecordingParts(steps, participants, reconciler, place));
  }

  /// The state of the configured place, in words.
  static String state(Config config, CloseStack opened) {
    return place(config.storage(), config.calls(), Clock.systemUTC(), opened)
        .map(place -> new RecordingLocation(place.deliveries()).state())
        .orElse(NO_LOCATION);
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
