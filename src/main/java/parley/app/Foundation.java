package parley.app;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import parley.background.PeriodicWork;
import parley.config.Config;
import parley.db.Database;
import parley.storage.BlobStore;
import parley.storage.Blobs;
import parley.storage.Spool;
import parley.storage.StoreIdentity;

/// What all parts of a server build on: the database, the store and the clock.
///
/// @param opened closes whatever is added to it when the server stops, the last first
record Foundation(
    Config config,
    Path dataDirectory,
    Database database,
    Spool spool,
    Blobs blobs,
    Clock clock,
    CloseStack opened) {
  /// How long after a backup has ended the bytes go that were to be deleted while it ran.
  private static final Duration HELD_DELETIONS_RETRY = Duration.ofSeconds(5);

  /// @throws IOException with a message for the operator when the database or the store does not
  ///   work
  static Foundation start(Config config, Path dataDirectory, Clock clock, CloseStack opened)
      throws IOException {
    Database database = OpenDatabase.start(config, dataDirectory, opened);
    Spool spool = new Spool(dataDirectory.resolve("spool"));
    spool.start();
    BlobStore store = OpenStore.start(config.storage(), dataDirectory, opened);
    new StoreIdentity(database, store).check();
    Blobs blobs = new Blobs(database, store, spool, clock);
    blobs.sweep();
    opened.add(new PeriodicWork()).every(HELD_DELETIONS_RETRY, "held deletions", blobs::eraseHeld);
    return new Foundation(config, dataDirectory, database, spool, blobs, clock, opened);
  }

  /// This node's name, the same at every start and no other node's.
  String node() throws IOException {
    return NodeName.of(dataDirectory);
  }
}
