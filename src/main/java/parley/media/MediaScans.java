package parley.media;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.audit.AuditAction;
import parley.audit.AuditTrail;
import parley.db.Database;
import parley.media.ScanTable.Due;
import parley.media.scanning.ClamdScanner;
import parley.media.scanning.ScanResult;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.storage.BlobKey;
import parley.storage.Blobs;
import parley.storage.LocalContent;

/// Has every content scanned for viruses once, on whatever node, and acts on the verdict.
///
/// What waits is a row in the database, so that a scan survives the node that does it: a content
/// whose scan was cut off is scanned again when its lease is over. As long as no scanner answers,
/// contents stay pending.
public final class MediaScans implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MediaScans.class);

  /// As clamd has by default ten threads for all its clients.
  private static final int AT_ONCE = 2;

  /// What other nodes received or what is due again is found by looking.
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

  private final Database database;
  private final Blobs blobs;
  private final AuditTrail audit;
  private final Clock clock;
  private final ScanListener listener;
  private final Optional<Scanning> scanning;
  private final MediaTable media = new MediaTable();
  private final ScanTable table = new ScanTable();
  private final Semaphore wake = new Semaphore(0);
  private final List<Thread> threads = new ArrayList<>();

  /// How contents are scanned.
  ///
  /// @param lease longer than any scan takes
  public record Scanning(ClamdScanner scanner, Duration lease) {}

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
    this.scanning = scanning;
  }

  /// Begins to scan, when there is a scanner.
  public void start() {
    scanning.ifPresent(with -> {
      for (int i = 0; i < AT_ONCE; i++) {
        threads.add(Thread.ofVirtual().name("scan-" + i).start(() -> run(with)));
      }
    });
  }

  /// Stops; what is being scanned is scanned again.
  @Override
  public void close() {
    threads.forEach(Thread::interrupt);
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Asks, in the transaction that stores the content, for its scan; answers how it stands. Throws
  /// MEDIA_INFECTED for what was found infected before, in whatever tenant.
  ScanStatus request(Handle transaction, BlobKey content) {
    refuseInfected(transaction, content);
    ScanStatus wanted = scanning.isPresent() ? ScanStatus.PENDING : ScanStatus.SKIPPED;
    ScanStatus status = table.request(transaction, content, wanted, clock.instant());
    if (status == ScanStatus.PENDING) {
      transaction.afterCommit(wake::release);
    }
    return status;
  }

  /// Throws MEDIA_INFECTED for what was found infected before.
  void refuseInfected(Handle transaction, BlobKey content) {
    if (table.isInfected(transaction, content.sha256())) {
      throw new Problem(ProblemCode.MEDIA_INFECTED, "The file is infected with a virus.")
          .at("file");
    }
  }

  private void run(Scanning with) {
    try {
      while (true) {
        Optional<Due> due = claim(with);
        if (due.isPresent()) {
          scan(with, due.get());
        } else if (wake.tryAcquire(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
          wake.drainPermits();
        }
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private Optional<Due> claim(Scanning with) throws InterruptedException {
    try {
      return database.inTransactionOnceBack(transaction -> {
        Instant now = clock.instant();
        return table.claim(transaction, now, now.plus(with.lease));
      });
    } catch (RuntimeException e) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      LOG.warn("cannot look for what is to be scanned", e);
      TimeUnit.MILLISECONDS.sleep(LOOK_EVERY.toMillis());
      return Optional.empty();
    }
  }

  private void scan(Scanning with, Due due) throws InterruptedException {
    BlobKey content = due.content();
    try {
      switch (scanned(with, due)) {
        case ScanResult.Clean() -> settle(content, "clean", "");
        case ScanResult.TooLarge(String reason) -> settle(content, "skipped", reason);
        case ScanResult.Infected(String signature) -> erase(content, signature);
        case ScanResult.Unavailable(String reason) -> postpone(due, reason);
      }
    } catch (NoSuchFileException erased) {
      LOG.debug("{} went before it was scanned", content.path());
    } catch (IOException | RuntimeException e) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      LOG.warn("{} could not be scanned", content.path(), e);
      postponeSafely(due, e.toString());
    }
  }

  private ScanResult scanned(Scanning with, Due due) throws IOException {
    try (LocalContent file = blobs.local(due.content())) {
      return with.scanner.scan(file.path());
    }
  }

  /// What cannot even be put back is due again when its lease is over.
  private void postponeSafely(Due due, String reason) throws InterruptedException {
    try {
      postpone(due, reason);
    } catch (RuntimeException e) {
      LOG.error("{} is scanned again later", due.content().path(), e);
    }
  }

  private void postpone(Due due, String reason) throws InterruptedException {
    Duration wait = wait(due.attempt());
    LOG.warn("{} stays pending, the next try is in {}: {}", due.content().path(), wait, reason);
    database.inTransactionOnceBack(transaction -> {
      table.postpone(transaction, due.content(), clock.instant().plus(wait));
      return true;
    });
  }

  private static Duration wait(int attempt) {
    Duration doubled = Duration.ofSeconds(1L << Math.min(attempt, 10));
    return doubled.compareTo(LONGEST_WAIT) < 0 ? doubled : LONGEST_WAIT;
  }

  private void settle(BlobKey content, String status, String reason) throws InterruptedException {
    database.inTransactionOnceBack(transaction -> {
      List<Media> entries = media.allShowing(transaction, content);
      boolean settled = table.settle(transaction, content, status);
      if (settled) {
        record(transaction, entries, Map.of("verdict", status, "reason", reason));
        tell(transaction, entries, status);
      }
      return settled;
    });
  }

  /// Removes every entry of the tenant that shows the content, and the bytes whatever else uses
  /// them. Under the content's lock, so that no upload of it slips in between.
  private void erase(BlobKey content, String signature) throws InterruptedException {
    LOG.warn("{} is infected with {} and is erased", content.path(), signature);
    database.inTransactionOnceBack(transaction -> {
      blobs.lock(transaction, content);
      List<Media> entries = media.allShowing(transaction, content);
      if (!table.settle(transaction, content, "infected")) {
        return false;
      }
      table.remember(transaction, content.sha256(), signature, clock.instant());
      record(transaction, entries, Map.of("verdict", "infected", "signature", signature));
      tell(transaction, entries, "infected");
      for (Media entry : entries) {
        media.delete(transaction, content.tenant(), entry.id());
        blobs.release(transaction, content);
      }
      blobs.eraseBytes(transaction, content);
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
          entry.content().tenant(),
          AuditAction.MEDIA_SCAN,
          entry.id().toString(),
          details);
    }
  }
}
