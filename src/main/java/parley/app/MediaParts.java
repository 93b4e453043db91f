package parley.app;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import parley.audit.AuditRoutes;
import parley.audit.AuditTrail;
import parley.config.Config;
import parley.db.Database;
import parley.events.EventLog;
import parley.ffmpeg.Ffmpeg;
import parley.media.AppRoutes;
import parley.media.LibraryRoutes;
import parley.media.LinkRoutes;
import parley.media.MediaDownload;
import parley.media.MediaExpiry;
import parley.media.MediaInspector;
import parley.media.MediaLibrary;
import parley.media.MediaRoutes;
import parley.media.MediaScans;
import parley.media.MediaUploads;
import parley.media.Preparations;
import parley.media.StorageUsageRoutes;
import parley.media.ThumbnailDownload;
import parley.media.links.SignedLinks;
import parley.media.pictures.MediaProbe;
import parley.media.pictures.PictureLimits;
import parley.media.pictures.Thumbnails;
import parley.media.scanning.ClamdAddress;
import parley.media.scanning.ClamdScanner;
import parley.media.scanning.ClamdSettings;
import parley.rooms.MediaEvents;
import parley.rooms.RoomFileIndex;
import parley.storage.Blobs;
import parley.web.Route;

/// The media part of a server, wired.
///
/// @param library for other features to find media in
/// @param uploads for other features to make media of what they have
/// @param scannerState how the virus scanner is, in words
record MediaParts(
    MediaLibrary library, MediaUploads uploads, List<Route> routes, Supplier<String> scannerState) {
  private static final long MIB = 1024 * 1024;

  static MediaParts start(Foundation base, RoomFileIndex rooms, EventLog events, Ffmpeg decoder)
      throws IOException {
    Config config = base.config();
    Database database = base.database();
    Blobs blobs = base.blobs();
    Clock clock = base.clock();
    CloseStack opened = base.opened();
    MediaEvents mediaEvents = new MediaEvents(rooms, events);
    AuditTrail audit = new AuditTrail(database, clock);
    String node = base.node();
    Preparations preparations =
        new Preparations(
            database,
            blobs,
            mediaEvents,
            clock,
            means(config.media(), base.dataDirectory(), decoder, node));
    preparations.start();
    opened.add(preparations);
    MediaLibrary library = new MediaLibrary(database, blobs, preparations, rooms, audit, clock);
    Optional<ClamdScanner> scanner = scanner(config.scanner(), clock);
    MediaScans scans =
        new MediaScans(
            database,
            blobs,
            audit,
            mediaEvents,
            clock,
            scanner.map(clamd ->
                new MediaScans.Scanning(clamd, config.scanner().scanning().multipliedBy(3), node)));
    scans.start();
    opened.add(scans);
    MediaUploads uploads =
        new MediaUploads(database, blobs, preparations, scans, rooms, audit, clock);
    SignedLinks links = new SignedLinks(database, config.server().publicUrl(), clock);
    MediaExpiry expiry =
        new MediaExpiry(database, blobs, audit, clock, config.media().expiryCheck());
    expiry.start();
    opened.add(expiry);

    MediaDownload download = new MediaDownload(blobs.store());
    ThumbnailDownload thumbnails = new ThumbnailDownload(blobs.store(), library);
    long maxUpload = config.media().maxUploadMb() * MIB;
    List<Route> routes =
        Stream.of(
                new MediaRoutes(library, uploads, download, thumbnails, blobs, maxUpload).routes(),
                new LinkRoutes(library, download, links).routes(),
                new LibraryRoutes(library, uploads, blobs, maxUpload).routes(),
                new AppRoutes(library, uploads, download, links, blobs, maxUpload).routes(),
                new StorageUsageRoutes(blobs).routes(),
                new AuditRoutes(audit).routes())
            .flatMap(List::stream)
            .toList();
    return new MediaParts(library, uploads, routes, () -> scannerState(scanner));
  }

  /// Where clamd listens; none when nothing is to be scanned.
  ///
  /// @throws IllegalArgumentException when one of them is no address
  static List<ClamdAddress> addresses(Config.Scanner config) {
    if (config.addresses().isBlank()) {
      return List.of();
    }
    return Stream.of(config.addresses().split(",", -1))
        .map(String::strip)
        .map(ClamdAddress::new)
        .toList();
  }

  private static Optional<ClamdScanner> scanner(Config.Scanner config, Clock clock) {
    List<ClamdAddress> addresses = addresses(config);
    if (addresses.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new ClamdScanner(
            addresses,
            new ClamdSettings(config.connecting(), config.scanning(), config.maxBytes(), false),
            clock));
  }

  /// How the configured scanner is, in words.
  static String scannerState(Config.Scanner config, Clock clock) {
    return scannerState(scanner(config, clock));
  }

  /// A node without its scanner can work: what it takes stays pending.
  private static String scannerState(Optional<ClamdScanner> scanner) {
    if (scanner.isEmpty()) {
      return "skipped: no scanner is configured";
    }
    List<ClamdScanner.Health> health = scanner.get().health();
    if (health.stream().noneMatch(ClamdScanner.Health::answers)) {
      return "unreachable: uploads stay pending";
    }
    if (health.stream().anyMatch(clamd -> clamd.answers() && !clamd.alerts())) {
      return "ok, but clamd keeps silent about what it leaves out: set AlertExceedsMax yes";
    }
    return "ok";
  }

  /// Half of the processors besides the reserved worker's, so that the rest of the server answers.
  private static Preparations.Settings means(
      Config.Media config, Path dataDirectory, Ffmpeg programs, String node) throws IOException {
    Path folder = dataDirectory.resolve("thumbnails");
    Thumbnails.clear(folder);
    return new Preparations.Settings(
        inspector(folder, programs, PictureLimits.shortTry()),
        inspector(folder, programs, PictureLimits.standard()),
        PictureLimits.MAX_TIME,
        Duration.ofMillis(config.thumbnailWaitMillis()),
        node,
        Math.max(1, Runtime.getRuntime().availableProcessors() / 2));
  }

  private static MediaInspector inspector(Path folder, Ffmpeg programs, PictureLimits limits) {
    return new MediaInspector(
        new MediaProbe(programs, limits), new Thumbnails(programs, folder, limits));
  }
}
