package parley.storage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.apache.commons.io.function.Uncheck;
import org.jdbi.v3.core.Handle;
import parley.db.Database;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.tenants.Tenant;
import parley.tenants.TenantId;
import parley.tenants.TenantTable;
import parley.tenants.UserId;

/// Reference-counted blobs. Keeps the store consistent with the database.
///
/// Bytes go from the spool to the store before their row is inserted. A process may die at any
/// point: a marker in the spool names each blob that is not settled yet, and the next [#sweep()]
/// deletes it if it is not referenced.
public final class Blobs {
  private final Database database;
  private final BlobStore store;
  private final Spool spool;
  private final Clock clock;
  private final BlobEraser eraser;

  /// Transactions that may wait for the store at a time. The other connections are left to those
  /// who need only the database, however slow the store is.
  private final Semaphore storeTransactions;

  private final UploadReservations reservations = new UploadReservations();

  public Blobs(Database database, BlobStore store, Spool spool, Clock clock) {
    this.database = database;
    this.store = store;
    this.spool = spool;
    this.clock = clock;
    this.storeTransactions = new Semaphore(Math.max(1, database.maxConnections() / 2), true);
    this.eraser = new BlobEraser(database, store, spool, storeTransactions);
  }

  /// Creates an empty file in the spool; the caller closes it.
  public SpoolFile receive() throws IOException {
    return spool.receive();
  }

  /// The quota of an upload by this user.
  ///
  /// @param maxBytes the maximum size of a file
  public UploadQuota uploadQuota(TenantId tenant, UserId owner, long maxBytes) {
    return new UploadQuota(this, reservations, tenant, owner, maxBytes);
  }

  /// The size of the user's largest blob that begins with these bytes, or 0.
  long maxSizeBeginningWith(TenantId tenant, UserId owner, byte[] head) {
    return database.inTransaction(transaction ->
        BlobTable.maxSizeBeginningWith(transaction, tenant, owner, Sha256.ofContent(head)));
  }

  /// The bytes that the tenant can still store; [Long#MAX_VALUE] without a limit.
  long remaining(TenantId tenant) {
    return database.inTransaction(transaction -> remaining(transaction, tenant));
  }

  /// Stores a file and adds a reference to it, in one transaction with `record`, which inserts the
  /// row that refers to it. A failure leaves nothing behind.
  ///
  /// @throws Problem MEDIA_QUOTA_EXCEEDED when the tenant's limit is exceeded, or would be if no
  ///   other user of the tenant had stored the same bytes
  public <T> T keep(
      TenantId tenant, UserId owner, SpoolFile file, String mimeType, Function<Handle, T> record)
      throws IOException {
    return keepAll(tenant, owner, List.of(new Received(file, mimeType)), record);
  }

  /// A file to keep.
  public record Received(SpoolFile file, String mimeType) {}

  /// Like [#keep] for several files: keeps all of them or none.
  public <T> T keepAll(
      TenantId tenant, UserId owner, List<Received> files, Function<Handle, T> record)
      throws IOException {
    // Every transaction locks blobs in the same order, so that none deadlocks.
    SortedMap<BlobKey, Received> byKey = new TreeMap<>(Comparator.comparing(BlobKey::path));
    for (Received received : files) {
      byKey.put(new BlobKey(tenant, received.file().seal()), received);
    }
    boolean kept = false;
    try {
      for (Map.Entry<BlobKey, Received> entry : byKey.entrySet()) {
        SpoolFile file = entry.getValue().file();
        file.rename(spool.markerPath(entry.getKey()));
        // Before the transaction, because transferring the bytes may take long.
        store.put(entry.getKey(), file.path());
      }
      T result = recorded(owner, byKey, record);
      kept = true;
      return result;
    } finally {
      if (!kept) {
        for (BlobKey key : byKey.keySet()) {
          eraser.eraseOrMark(key);
        }
      }
    }
  }

  private <T> T recorded(
      UserId owner, SortedMap<BlobKey, Received> byKey, Function<Handle, T> record) {
    storeTransactions.acquireUninterruptibly();
    try {
      return database.inTransaction(transaction -> record(transaction, owner, byKey, record));
    } finally {
      storeTransactions.release();
    }
  }

  private <T> T record(
      Handle transaction,
      UserId owner,
      SortedMap<BlobKey, Received> byKey,
      Function<Handle, T> record) {
    TenantId tenant = byKey.firstKey().tenant();
    long addedBytes = 0;
    long bytesOfOthers = 0;
    for (Map.Entry<BlobKey, Received> entry : byKey.entrySet()) {
      BlobKey key = entry.getKey();
      SpoolFile file = entry.getValue().file();
      BlobTable.lock(transaction, key);
      Uncheck.run(() -> restoreIfDeleted(key, file.path()));
      boolean own = BlobTable.isReferencedBy(transaction, key, owner);
      boolean added =
          BlobTable.insertOrAddReference(
              transaction,
              key,
              file.size(),
              Sha256.ofContent(Uncheck.get(() -> file.head(UploadQuota.HEAD_BYTES))),
              entry.getValue().mimeType(),
              clock.instant());
      addedBytes += added ? file.size() : 0;
      bytesOfOthers += added || own ? 0 : file.size();
    }
    T recorded = record.apply(transaction);
    if (addedBytes > 0) {
      BlobTable.count(transaction, tenant, addedBytes);
    }
    if (remaining(transaction, tenant) < bytesOfOthers) {
      throw new Problem(ProblemCode.MEDIA_QUOTA_EXCEEDED, "The tenant's storage is full.");
    }
    byKey.values().forEach(received -> received.file().settle());
    return recorded;
  }

  /// Like [Database#inTransactionWithRetry], for work that also waits for the store.
  public <T> T inStoreTransaction(Function<Handle, T> work) throws InterruptedException {
    storeTransactions.acquire();
    try {
      return database.inTransactionWithRetry(work);
    } finally {
      storeTransactions.release();
    }
  }

  /// Locks the blob until the transaction ends: nobody else can store or delete it.
  public void lock(Handle transaction, BlobKey key) {
    BlobTable.lock(transaction, key);
  }

  /// The size in bytes; empty if there are no references.
  public Optional<Long> size(Handle transaction, BlobKey key) {
    return BlobTable.size(transaction, key);
  }

  /// Adds a reference to a blob that is in use.
  public void addReference(Handle transaction, BlobKey key) {
    if (!tryAddReference(transaction, key)) {
      throw new IllegalStateException("no blob " + key.path());
    }
  }

  /// Adds a reference to a blob; false if its last one has been released meanwhile.
  public boolean tryAddReference(Handle transaction, BlobKey key) {
    return BlobTable.addReference(transaction, key);
  }

  /// Removes a reference. With the last one, the blob is deleted after the commit.
  public void release(Handle transaction, BlobKey key) {
    releaseAll(transaction, List.of(key));
  }

  /// Like [#release] for one reference to each of several blobs of a tenant. Call this last in the
  /// transaction, because other changes of what the tenant stores wait for it.
  public void releaseAll(Handle transaction, List<BlobKey> keys) {
    long bytes = 0;
    for (BlobKey key : keys.stream().sorted(Comparator.comparing(BlobKey::path)).toList()) {
      OptionalLong last = BlobTable.release(transaction, key);
      if (last.isPresent()) {
        bytes += last.getAsLong();
        eraser.eraseAfterCommit(transaction, key);
      }
    }
    if (bytes > 0) {
      BlobTable.count(transaction, keys.getFirst().tenant(), -bytes);
    }
  }

  /// Deletes the blob after the commit even if it is referenced or a backup holds deletions,
  /// because nobody may have it.
  public void eraseBytes(Handle transaction, BlobKey key) {
    eraser.eraseReferencedAfterCommit(transaction, key);
  }

  /// Stores a revision of the blob's thumbnails. The caller deletes the previous revision once it
  /// is no longer used; both are deleted with the blob. Call this under the blob's [#lock] while it
  /// is referenced.
  public void putThumbnails(BlobKey blob, int revision, SpoolFile file) throws IOException {
    file.seal();
    store.delete(blob.thumbnails(revision));
    store.put(blob.thumbnails(revision), file.path());
  }

  /// What the tenant stores, and when it came.
  ///
  /// @param days up to now, at least 1
  public StorageUsage usage(TenantId tenant, int days) {
    Instant since = clock.instant().truncatedTo(ChronoUnit.DAYS).minus(days - 1L, ChronoUnit.DAYS);
    return database.inTransaction(transaction ->
        new StorageUsage(
            BlobTable.stored(transaction, tenant),
            BlobTable.addedByDay(transaction, tenant, since)));
  }

  /// The store from which blobs are read.
  public BlobStore store() {
    return store;
  }

  /// Opens a referenced blob as a local file; the caller closes it.
  ///
  /// @throws NoSuchFileException if it is not referenced any more
  public LocalFile local(BlobKey key) throws IOException {
    Optional<Path> file = store.file(key);
    if (file.isPresent()) {
      return new LocalFile(file.get(), null);
    }
    long size =
        database
            .inTransaction(transaction -> BlobTable.size(transaction, key))
            .orElseThrow(() -> new NoSuchFileException(key.path()));
    SpoolFile copy = spool.receive();
    try (InputStream bytes = store.read(key, 0, size)) {
      copy.write(bytes);
      return new LocalFile(copy.path(), copy);
    } catch (IOException | RuntimeException e) {
      copy.close();
      throw e;
    }
  }

  /// Deletes what a crash left behind. Call this at start, before the first request.
  public void sweep() throws IOException {
    eraser.sweep();
  }

  /// Deletes what was to be deleted while a backup held deletions, unless one still does. Call this
  /// periodically.
  public void eraseHeld() {
    eraser.eraseHeld();
  }

  /// Another user's last reference may have been released, and the blob deleted, between the put
  /// and the lock.
  private void restoreIfDeleted(BlobKey key, Path file) throws IOException {
    if (!store.exists(key)) {
      store.put(key, file);
    }
  }

  private long remaining(Handle transaction, TenantId tenant) {
    Long maxMb = TenantTable.find(transaction, tenant).map(Tenant::maxStorageMb).orElse(null);
    return maxMb == null
        ? Long.MAX_VALUE
        : maxMb * 1024 * 1024 - BlobTable.stored(transaction, tenant);
  }
}
