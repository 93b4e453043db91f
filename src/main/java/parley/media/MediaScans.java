package parley.media;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.audit.AuditAction;
import parley.audit.AuditTrail;
import parley.db.Database;
import parley.media.scanning.ClamdScanner;
import parley.media.scanning.ScanResult;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.storage.BlobKey;
import parley.storage.Blobs;
import parley.storage.LocalFile;

/// Scans every blob for viruses, once and on any node, and acts on the verdict.
///
/// While no scanner responds, blobs remain pending.
public final class MediaScans implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MediaScans.class);

  /// In addition to the reserved one. By default, clamd has ten threads for all of its clients.
  private static final int WORKERS = 2;

  private final Database database;
  private final Blobs blobs;
  private final AuditTrail audit;
  private final Clock clock;
  private final ScanListener listener;
  private final Optional<BlobWorkers> workers;

  /// Settings of the scans.
  ///
  /// @param lease longer than any scan takes
  /// @param node this node's name
  public record Scanning(ClamdScanner scanner, Duration lease, String node) {}

  /// @param scanning empty when no scanner is configured
  public MediaScans(
      Database database,
      Blobs blobs,
      AuditTrail audit,
      ScanListener listener,
      Clock clock,
      Optional<Scanning> scanning) {
    this.database = database;
    this.blobs = blobs;
    this.audit = audit;
    this.clock = clock;
    this.listener = listener;
    this.workers =
        scanning.map(with ->
            new BlobWorkers(
                database,
                clock,
                BlobQueueTable.SCANS,
                new BlobWorkers.Settings("scan", with.node, WORKERS, with.lease),
                claimed -> scan(with, claimed.blob())));
  }

  /// Starts to scan if there is a scanner.
  public void start() {
    workers.ifPresent(BlobWorkers::start);
  }

  /// Stops; blobs in progress are scanned again.
  @Override
  public void close() {
    workers.ifPresent(BlobWorkers::close);
  }

  /// Queues the scan of a blob in the transaction that stores it, and returns its status.
  ///
  /// @throws Problem MEDIA_INFECTED if the bytes were already found infected, in any tenant
  ScanStatus request(Handle transaction, BlobKey blob) {
    refuseInfected(transaction, blob);
    ScanStatus wanted = workers.isPresent() ? ScanStatus.PENDING : ScanStatus.SKIPPED;
    ScanStatus status = ScanTable.request(transaction, blob, wanted, clock.instant());
    if (status == ScanStatus.PENDING) {
      workers.ifPresent(scanning -> transaction.afterCommit(scanning::wake));
    }
    return status;
  }

  /// Throws MEDIA_INFECTED if the bytes were already found infected.
  void refuseInfected(Handle transaction, BlobKey blob) {
    if (ScanTable.isInfected(transaction, blob.sha256())) {
      throw new Problem(ProblemCode.MEDIA_INFECTED, "The file is infected with a virus.")
          .at("file");
    }
  }

  private void scan(Scanning with, BlobKey blob) throws IOException, InterruptedException {
    switch (scanned(with, blob)) {
      case ScanResult.Clean() -> settle(blob, "clean", "");
      case ScanResult.TooLarge(String reason) -> settle(blob, "skipped", reason);
      case ScanResult.Infected(String signature) -> erase(blob, signature);
      case ScanResult.Unavailable(String reason) -> throw new IOException(reason);
    }
  }

  private ScanResult scanned(Scanning with, BlobKey blob) throws IOException {
    try (LocalFile file = blobs.local(blob)) {
      return with.scanner.scan(file.path());
    }
  }

  private void settle(BlobKey blob, String status, String reason) throws InterruptedException {
    database.inTransactionWithRetry(transaction -> {
      List<Media> entries = MediaTable.allShowing(transaction, blob);
      boolean settled = ScanTable.settle(transaction, blob, status);
      if (settled) {
        record(transaction, entries, Map.of("verdict", status, "reason", reason));
        tell(transaction, entries, status);
      }
      return settled;
    });
  }

  /// Deletes the tenant's entries of the blob, and the blob even if it is still referenced. Locks
  /// the blob, so that no upload of it interferes.
  private void erase(BlobKey blob, String signature) throws InterruptedException {
    LOG.warn("deleting {}: it is infected with {}", blob.path(), signature);
    database.inTransactionWithRetry(transaction -> {
      blobs.lock(transaction, blob);
      List<Media> entries = MediaTable.lockAllShowing(transaction, blob);
      if (!ScanTable.settle(transaction, blob, "infected")) {
        return false;
      }
      ScanTable.remember(transaction, blob.sha256(), signature, clock.instant());
      record(transaction, entries, Map.of("verdict", "infected", "signature", signature));
      tell(transaction, entries, "infected");
      for (Media entry : entries) {
        MediaTable.delete(transaction, blob.tenant(), entry.id());
        blobs.release(transaction, blob);
      }
      blobs.eraseBytes(transaction, blob);
      return true;
    });
  }

  private void tell(Handle transaction, List<Media> entries, String verdict) {
    entries.forEach(entry -> listener.scanned(transaction, entry, verdict));
  }

  private void record(Handle transaction, List<Media> entries, Map<String, String> details) {
    for (Media entry : entries) {
      audit.recordOwn(
          transaction,
          entry.blob().tenant(),
          AuditAction.MEDIA_SCAN,
          entry.id().toString(),
          details);
    }
  }
}
