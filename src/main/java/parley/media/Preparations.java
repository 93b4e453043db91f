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
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.db.Database;
import parley.ffmpeg.DecoderUnavailable;
import parley.media.ContentQueueTable.Claimed;
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

/// Inspects every picture, video and sound once and makes its thumbnails, on any node, and informs
/// the owners of entries that show it.
///
/// Each content gets a short try, which is enough for nearly all; what takes longer is left to a
/// long one, for which the reserved worker is not taken.
public final class Preparations implements AutoCloseable, ContentWorkers.Work {
  private static final Logger LOG = LoggerFactory.getLogger(Preparations.class);

  /// What is prepared on another node is found by looking.
  private static final Duration LOOK_EVERY = Duration.ofMillis(250);

  /// A content that was cut off this often is given up: it may be what kills the server.
  private static final int MAX_CRASHES = 2;

  private final Database database;
  private final Blobs blobs;
  private final Clock clock;
  private final PreparationListener listener;
  private final Means means;
  private final ContentWorkers workers;
  private final MediaTable media = new MediaTable();
  private final PreparationTable table = new PreparationTable();
  private final Map<BlobKey, CountDownLatch> waiters = new ConcurrentHashMap<>();

  /// How contents are prepared.
  ///
  /// @param quick for the short try
  /// @param patient for the long one
  /// @param lease longer than the long one takes
  /// @param node this node's name
  /// @param workers how many contents at a time, besides the one that the reserved worker has
  public record Means(
      MediaInspector quick, MediaInspector patient, Duration lease, String node, int workers) {}

  public Preparations(
      Database database, Blobs blobs, PreparationListener listener, Clock clock, Means means) {
    this.database = database;
    this.blobs = blobs;
    this.listener = listener;
    this.clock = clock;
    this.means = means;
    this.workers =
        new ContentWorkers(
            database,
            clock,
            ContentQueueTable.PREPARATIONS,
            new ContentWorkers.Settings("prepare", means.node, means.workers, means.lease),
            this);
  }

  /// Begins to prepare.
  public void start() {
    workers.start();
  }

  /// Stops; what is being prepared is put back.
  @Override
  public void close() {
    workers.close();
  }

  /// What a recording measures, found out at once.
  ///
  /// @throws DecoderUnavailable when the decoder does not work
  MediaFacts measure(Path file, MediaType type) throws IOException {
    return means.patient.measure(file, type);
  }

  /// Queues the preparation of a content in the transaction that stores it, unless it is queued or
  /// done already.
  ///
  /// @param measured what is known already
  /// @return what is known now
  MediaFacts request(Handle transaction, BlobKey content, MediaType type, MediaFacts measured) {
    if (!MediaInspector.looksInto(type)) {
      return MediaFacts.NONE;
    }
    table.request(transaction, content, measured, clock.instant());
    return known(transaction, content);
  }

  /// Queues it once more, within the transaction.
  ///
  /// @return what is known now
  MediaFacts requestAgain(Handle transaction, BlobKey content) {
    table.requestAgain(transaction, content, clock.instant());
    return known(transaction, content);
  }

  private MediaFacts known(Handle transaction, BlobKey content) {
    MediaFacts facts = find(transaction, content);
    if (facts.pending()) {
      transaction.afterCommit(workers::wake);
    }
    return facts;
  }

  /// Waits until the content is prepared, or its preparation turns out to take longer, or the time
  /// is over.
  ///
  /// @return what is known then
  MediaFacts await(BlobKey content, MediaFacts known, Duration patience) {
    if (!known.isAwaited()) {
      return known;
    }
    CountDownLatch signal = waiters.computeIfAbsent(content, key -> new CountDownLatch(1));
    long end = System.nanoTime() + patience.toNanos();
    try {
      boolean told = false;
      while (true) {
        MediaFacts facts = database.inTransaction(transaction -> find(transaction, content));
        long left = end - System.nanoTime();
        if (!facts.isAwaited() || told || left <= 0) {
          return facts;
        }
        told = signal.await(Math.min(left, LOOK_EVERY.toNanos()), TimeUnit.NANOSECONDS);
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return known;
    } finally {
      waiters.remove(content, signal);
    }
  }

  private MediaFacts find(Handle transaction, BlobKey content) {
    return table.find(transaction, content).orElse(MediaFacts.NONE);
  }

  private void tell(BlobKey content) {
    CountDownLatch waiting = waiters.get(content);
    if (waiting != null) {
      waiting.countDown();
    }
  }

  @Override
  public boolean findMore() {
    return database.inTransaction(
        transaction -> table.requestOutdated(transaction, Thumbnails.VERSION, clock.instant()));
  }

  @Override
  public void postponed(Claimed claimed) {
    tell(claimed.content());
  }

  @Override
  public void on(Claimed claimed) throws IOException, InterruptedException {
    Taken taken =
        database
            .inTransactionWithRetry(transaction -> table.taken(transaction, claimed))
            .orElseThrow(() -> new NoSuchFileException(claimed.content().path()));
    if (claimed.crashes() >= MAX_CRASHES) {
      LOG.warn("{} was cut off too often and is given up", claimed.content().path());
      settle(claimed, Inspection.nothing(NoThumbnail.TOO_COSTLY));
      return;
    }
    try (LocalFile file = blobs.local(claimed.content())) {
      if (!Files.exists(file.path())) {
        throw new IOException("the store has lost " + claimed.content().path());
      }
      MediaType type = MediaTypeDetector.detect(file.path());
      MediaInspector inspector = taken.slow() ? means.patient : means.quick;
      settle(claimed, inspector.inspect(file.path(), type));
    } catch (DecoderUnavailable failure) {
      if (!failure.worksOtherwise()) {
        throw failure;
      }
      if (taken.slow()) {
        settle(claimed, Inspection.nothing(NoThumbnail.TOO_COSTLY));
      } else {
        database.inTransactionWithRetry(transaction -> {
          table.leaveToLongerTry(transaction, claimed);
          return true;
        });
      }
    } finally {
      tell(claimed.content());
    }
  }

  /// Under the content's lock, so that no thumbnails remain of a content deleted in the meantime.
  private void settle(Claimed claimed, Inspection found) throws IOException, InterruptedException {
    BlobKey content = claimed.content();
    try (SpoolFile file = spooled(found)) {
      Optional<BlobKey> replaced =
          database.inTransactionWithRetry(transaction -> {
            blobs.lock(transaction, content);
            Optional<Taken> taken = table.taken(transaction, claimed);
            taken.ifPresent(still -> write(transaction, claimed, found, file, still));
            return taken.map(still -> content.thumbnails(still.revision()));
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
      try {
        blobs.putThumbnails(claimed.content(), revision, file);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    boolean remade = found.reason() != NoThumbnail.NO_PICTURE;
    table.settle(transaction, claimed, found, revision, remade ? Thumbnails.VERSION : null);
    if (!taken.quiet()) {
      media
          .allShowing(transaction, claimed.content())
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
