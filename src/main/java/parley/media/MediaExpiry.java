package parley.media;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import parley.audit.AuditAction;
import parley.audit.AuditTrail;
import parley.background.PeriodicWork;
import parley.db.Database;
import parley.storage.Blobs;

/// Deletes media entries when their own retention, or else the tenant's, ends. Runs on every node;
/// nodes do not wait for each other.
public final class MediaExpiry implements AutoCloseable {
  private static final int BATCH = 100;

  private final Database database;
  private final Blobs blobs;
  private final AuditTrail audit;
  private final Clock clock;
  private final Duration every;
  private final PeriodicWork periodicWork = new PeriodicWork();

  /// @param every the pause between two runs
  public MediaExpiry(
      Database database, Blobs blobs, AuditTrail audit, Clock clock, Duration every) {
    this.database = database;
    this.blobs = blobs;
    this.audit = audit;
    this.clock = clock;
    this.every = every;
  }

  /// Starts to delete expired entries.
  public void start() {
    periodicWork.every(every, "media-expiry", this::sweep);
  }

  @Override
  public void close() {
    periodicWork.close();
  }

  private void sweep() {
    List<Media> over;
    do {
      over =
          database.inTransaction(
              transaction -> MediaTable.expired(transaction, clock.instant(), BATCH));
      over.forEach(this::remove);
    } while (!over.isEmpty() && !periodicWork.isStopping());
  }

  /// One transaction per entry, because one that locks several blobs could block uploads of them.
  private void remove(Media media) {
    database.useTransaction(transaction -> {
      if (!MediaTable.delete(transaction, media.blob().tenant(), media.id())) {
        return;
      }
      blobs.release(transaction, media.blob());
      audit.recordOwn(
          transaction,
          media.blob().tenant(),
          AuditAction.MEDIA_EXPIRE,
          media.id().toString(),
          media.auditDetails());
    });
  }
}
