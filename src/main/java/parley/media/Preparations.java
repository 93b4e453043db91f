package parley.media;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.commons.io.function.Uncheck;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.db.Database;
import parley.ffmpeg.DecoderUnavailable;
import parley.media.BlobQueueTable.Claimed;
import parley.media.MediaInspector.Inspection;
import parley.media.PreparationTable.Taken;
import parley.media.pictures.NoThumbnail;
import parley.media.pictures.Thumbnail;
import parley.media.pictures.Thumbnails;
import parley.media.types.MediaType;
import parley.media.types.MediaTypeDetector;
import parley.storage.BlobKey;
import parley.storage.Blobs;
import parley.storage.LocalFile;
import parley.storage.SpoolFile;

/// Inspects every picture, video and audio file once, on any node, makes its thumbnails and
/// notifies the owners of its entries.
///
/// Each blob gets a quick attempt, which suffices for nearly all. The others are left to a patient
/// attempt, for which the reserved worker is not used.
public final class Preparations implements AutoCloseable, BlobWorkers.Processor {
  private static final Logger LOG = LoggerFactory.getLogger(Preparations.class);

  /// Polling finds the preparations of other nodes.
  private static final Duration POLLING_INTERVAL = Duration.ofMillis(250);

  /// A blob that was cut off this often is given up, because it may crash the server.
  private static final int MAX_CRASHES = 2;

  private final Database database;
  private final Blobs blobs;
  private final Clock clock;
  private final PreparationListener listener;
  private final Settings settings;
  private final BlobWorkers workers;
  private final Map<BlobKey, CountDownLatch> waiters = new ConcurrentHashMap<>();

  /// Settings of the preparations.
  ///
  /// @param quick for the quick attempt
  /// @param patient for the patient attempt
  /// @param lease longer than the patient attempt takes
  /// @param uploadWait how long the response to an upload may wait for the preparation
  /// @param node this node's name
  /// @param workers the number of workers besides the reserved one
  public record Settings(
      MediaInspector quick,
      MediaInspector patient,
      Duration lease,
      Duration uploadWait,
      String node,
      int workers) {}

  public Preparations(
      Database database,
      Blobs blobs,
      PreparationListener listener,
      Clock clock,
      Settings settings) {
    this.database = database;
    this.blobs = blobs;
    this.listener = listener;
    this.clock = clock;
    this.settings = settings;
    this.workers =
        new BlobWorkers(
            database,
            clock,
            BlobQueueTable.PREPARATIONS,
            new BlobWorkers.Settings("prepare", settings.node, settings.workers, settings.lease),
            this);
  }

  /// Starts to prepare.
  public void start() {
    workers.start();
  }

  /// Stops; blobs in progress are put back.
  @Override
  public void close() {
    workers.close();
  }

  /// Measures a file immediately.
  ///
  /// @throws DecoderUnavailable when the decoder does not work
  MediaMetadata measure(Path file, MediaType type) throws IOException {
    return settings.patient.measure(file, type);
  }

  /// Queues the preparation of a blob in the transaction that stores it, unless it has already been
  /// queued.
  ///
  /// @param measured what is already known
  /// @return the metadata so far
  MediaMetadata request(Handle transaction, BlobKey blob, MediaType type, MediaMetadata measured) {
    if (!MediaInspector.looksInto(type)) {
      return MediaMetadata.NONE;
    }
    PreparationTable.request(transaction, blob, measured, clock.instant());
    return known(transaction, blob);
  }

  /// Queues another preparation, within the transaction.
  ///
  /// @return the metadata so far
  MediaMetadata requestAgain(Handle transaction, BlobKey blob) {
    PreparationTable.requestAgain(transaction, blob, clock.instant());
    return known(transaction, blob);
  }

  private MediaMetadata known(Handle transaction, BlobKey blob) {
    MediaMetadata metadata = find(transaction, blob);
    if (metadata.pending()) {
      transaction.afterCommit(workers::wake);
    }
    return metadata;
  }

  /// Waits until the blob is prepared, was put back, or the upload has waited long enough.
  ///
  /// @return the metadata by then
  MediaMetadata await(BlobKey blob, MediaMetadata known) {
    if (!known.isAwaited()) {
      return known;
    }
    CountDownLatch signal = waiters.computeIfAbsent(blob, key -> new CountDownLatch(1));
    long end = System.nanoTime() + settings.uploadWait.toNanos();
    try {
      boolean told = false;
      while (true) {
        MediaMetadata metadata = database.inTransaction(transaction -> find(transaction, blob));
        long left = end - System.nanoTime();
        if (!metadata.isAwaited() || told || left <= 0) {
          return metadata;
        }
        told = signal.await(Math.min(left, POLLING_INTERVAL.toNanos()), TimeUnit.NANOSECONDS);
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return known;
    } finally {
      waiters.remove(blob, signal);
    }
  }

  private MediaMetadata find(Handle transaction, BlobKey blob) {
    return PreparationTable.find(transaction, blob).orElse(MediaMetadata.NONE);
  }

  private void tell(BlobKey blob) {
    CountDownLatch waiting = waiters.get(blob);
    if (waiting != null) {
      waiting.countDown();
    }
  }

  @Override
  public boolean findMore() {
    return database.inTransaction(transaction ->
        PreparationTable.requestOutdated(transaction, Thumbnails.VERSION, clock.instant()));
  }

  @Override
  public void postponed(Claimed claimed) {
    tell(claimed.blob());
  }

  @Override
  public void process(Claimed claimed) throws IOException, InterruptedException {
    Taken taken =
        database
            .inTransactionWithRetry(transaction -> PreparationTable.taken(transaction, claimed))
            .orElseThrow(() -> new NoSuchFileException(claimed.blob().path()));
    if (claimed.crashes() >= MAX_CRASHES) {
      LOG.warn("giving up {}: its preparation was cut off too often", claimed.blob().path());
      settle(claimed, Inspection.nothing(NoThumbnail.TOO_COSTLY));
      return;
    }
    try (LocalFile file = blobs.local(claimed.blob())) {
      if (!Files.exists(file.path())) {
        throw new IOException("the store has lost " + claimed.blob().path());
      }
      MediaType type = MediaTypeDetector.detect(file.path());
      MediaInspector inspector = taken.slow() ? settings.patient : settings.quick;
      settle(claimed, inspector.inspect(file.path(), type));
    } catch (DecoderUnavailable failure) {
      if (!failure.passedSelfTest()) {
        throw failure;
      }
      if (taken.slow()) {
        settle(claimed, Inspection.nothing(NoThumbnail.TOO_COSTLY));
      } else {
        database.inTransactionWithRetry(transaction -> {
          PreparationTable.leaveToLongerTry(transaction, claimed);
          return true;
        });
      }
    } finally {
      tell(claimed.blob());
    }
  }

  /// Writes the results under the blob's lock, so that no thumbnails remain of a blob deleted in
  /// the meantime.
  private void settle(Claimed claimed, Inspection found) throws IOException, InterruptedException {
    BlobKey blob = claimed.blob();
    try (SpoolFile file = spooled(found)) {
      Optional<BlobKey> replaced =
          blobs.inStoreTransaction(transaction -> {
            blobs.lock(transaction, blob);
            Optional<Taken> taken = PreparationTable.taken(transaction, claimed);
            taken.ifPresent(still -> write(transaction, claimed, found, file, still));
            return taken.map(still -> blob.thumbnails(still.revision()));
          });
      if (replaced.isPresent() && file != null) {
        blobs.store().delete(replaced.get());
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private void write(
      Handle transaction,
      Claimed claimed,
      Inspection found,
      @Nullable SpoolFile file,
      Taken taken) {
    int revision = taken.revision() + 1;
    if (file != null) {
      Uncheck.run(() -> blobs.putThumbnails(claimed.blob(), revision, file));
    }
    boolean remade = found.reason() != NoThumbnail.NO_PICTURE;
    PreparationTable.settle(
        transaction, claimed, found, revision, remade ? Thumbnails.VERSION : null);
    if (!taken.quiet()) {
      MediaTable.allShowing(transaction, claimed.blob())
          .forEach(entry -> listener.prepared(transaction, entry));
    }
  }

  private @Nullable SpoolFile spooled(Inspection found) throws IOException {
    if (found.thumbnails().isEmpty()) {
      return null;
    }
    SpoolFile file = blobs.receive();
    try {
      for (Thumbnail thumbnail : found.thumbnails()) {
        file.write(thumbnail.content(), 0, thumbnail.content().length);
      }
      return file;
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }
}
