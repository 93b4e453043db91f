package parley.storage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
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

/// Keeps contents for as long as something uses them, and the store and the database in step.
///
/// Bytes go spool → store → row. Whatever moment the process dies at, the next [#sweep()] finds a
/// note of each content whose fate was open and erases it when no row uses it.
public final class Blobs {
  private final Database database;
  private final BlobTable table = new BlobTable();
  private final TenantTable tenants;
  private final BlobStore store;
  private final Spool spool;
  private final Clock clock;
  private final BlobEraser eraser;

  public Blobs(Database database, TenantTable tenants, BlobStore store, Spool spool, Clock clock) {
    this.database = database;
    this.tenants = tenants;
    this.store = store;
    this.spool = spool;
    this.clock = clock;
    this.eraser = new BlobEraser(database, table, store, spool);
  }

  /// A new file to receive bytes in; the caller closes it.
  public SpoolFile receive() throws IOException {
    return spool.receive();
  }

  /// The quota for one upload by the user, of at most `maxBytes`.
  public UploadQuota uploadQuota(TenantId tenant, UserId owner, long maxBytes) {
    return new UploadQuota(this, tenant, owner, maxBytes);
  }

  /// The size of the user's largest content that begins with these bytes, or 0.
  long maxSizeBeginningWith(TenantId tenant, UserId owner, byte[] head) {
    return database.inTransaction(transaction ->
        table.maxSizeBeginningWith(transaction, tenant, owner, Sha256.ofContent(head)));
  }

  /// How many bytes the tenant may still add, or [Long#MAX_VALUE] without a limit.
  long remaining(TenantId tenant) {
    return database.inTransaction(transaction -> remaining(transaction, tenant));
  }

  /// Stores a sealed file and adds a reference to it, in one transaction with `record`, which
  /// writes the row that refers to it. Throws MEDIA_QUOTA_EXCEEDED when the tenant's limit is
  /// passed, or would be if nobody else in the tenant had the content; then, as with every failure,
  /// nothing stays.
  public <T> T keep(
      TenantId tenant, UserId owner, SpoolFile file, String mimeType, Function<Handle, T> record)
      throws IOException {
    return keepAll(tenant, owner, List.of(new Received(file, mimeType)), record);
  }

  /// A file to be kept.
  public record Received(SpoolFile file, String mimeType) {}

  /// As [#keep], for several files: all of them are kept, or none.
  public <T> T keepAll(
      TenantId tenant, UserId owner, List<Received> files, Function<Handle, T> record)
      throws IOException {
    // In one order for all, so that nobody waits for who waits for them.
    SortedMap<BlobKey, Received> byKey = new TreeMap<>(Comparator.comparing(BlobKey::path));
    for (Received received : files) {
      byKey.put(new BlobKey(tenant, received.file().seal()), received);
    }
    boolean kept = false;
    try {
      for (Map.Entry<BlobKey, Received> entry : byKey.entrySet()) {
        SpoolFile file = entry.getValue().file();
        file.rename(spool.markerPath(entry.getKey()));
        // Before the transaction, which must not last as long as bytes take to travel.
        store.put(entry.getKey(), file.path());
      }
      T result =
          database.inTransaction(transaction -> record(transaction, owner, byKey, record));
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
      table.lock(transaction, key);
      Uncheck.run(() -> restoreIfDeleted(key, file.path()));
      boolean own = table.isReferencedBy(transaction, key, owner);
      boolean added =
          table.insertOrAddReference(
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
      table.count(transaction, tenant, addedBytes);
    }
    if (remaining(transaction, tenant) < bytesOfOthers) {
      throw new Problem(ProblemCode.MEDIA_QUOTA_EXCEEDED, "The tenant's storage is full.");
    }
    return recorded;
  }

  /// Locks the content until the transaction ends: nobody stores or erases it before then.
  public void lock(Handle transaction, BlobKey key) {
    table.lock(transaction, key);
  }

  /// The size of a content in bytes; empty when nothing uses it.
  public Optional<Long> size(Handle transaction, BlobKey key) {
    return table.size(transaction, key);
  }

  /// Adds a reference to a content that is there already.
  public void addReference(Handle transaction, BlobKey key) {
    table.addReference(transaction, key);
  }

  /// Removes a reference. With the last one the bytes go too, once the transaction has committed.
  public void release(Handle transaction, BlobKey key) {
    releaseAll(transaction, List.of(key));
  }

  /// As [#release], for a reference to each of several contents of a tenant. To be the last that
  /// the transaction does, since it makes others who add to what the tenant stores wait for it.
  public void releaseAll(Handle transaction, List<BlobKey> keys) {
    long bytes = 0;
    for (BlobKey key : keys.stream().sorted(Comparator.comparing(BlobKey::path)).toList()) {
      OptionalLong last = table.release(transaction, key);
      if (last.isPresent()) {
        bytes += last.getAsLong();
        eraser.eraseAfterCommit(transaction, key);
      }
    }
    if (bytes > 0) {
      table.count(transaction, keys.getFirst().tenant(), -bytes);
    }
  }

  /// Erases the bytes once the transaction has committed, whatever uses them: nobody may have them.
  public void eraseBytes(Handle transaction, BlobKey key) {
    eraser.eraseReferencedAfterCommit(transaction, key);
  }

  /// Stores the thumbnails of a content beside those of the revision before, which the caller
  /// removes when nobody looks for them any more; both go with the content. To be called under the
  /// content's [#lock] by whoever has seen that something uses it.
  public void putThumbnails(BlobKey blob, int revision, SpoolFile file) throws IOException {
    file.seal();
    store.delete(blob.thumbnails(revision));
    store.put(blob.thumbnails(revision), file.path());
  }

  /// The stored content; see [BlobStore] for how it can be read.
  public BlobStore store() {
    return store;
  }

  /// A content that some row uses as a local file; the caller closes it. Throws
  /// [NoSuchFileException] when no row uses it any more.
  public LocalFile local(BlobKey key) throws IOException {
    Optional<Path> file = store.file(key);
    if (file.isPresent()) {
      return new LocalFile(file.get(), null);
    }
    long size =
        database
            .inTransaction(transaction -> table.size(transaction, key))
            .orElseThrow(() -> new NoSuchFileException(key.path()));
    SpoolFile copy = spool.receive();
    try (InputStream bytes = store.read(key, 0, size)) {
      byte[] buffer = new byte[64 * 1024];
      for (int count = bytes.read(buffer); count > 0; count = bytes.read(buffer)) {
        copy.write(buffer, 0, count);
      }
      return new LocalFile(copy.path(), copy);
    } catch (IOException | RuntimeException e) {
      copy.close();
      throw e;
    }
  }

  /// Erases what a crash left. To be called at start, before the first request.
  public void sweep() throws IOException {
    eraser.sweep();
  }

  /// The bytes may have gone between the put and the lock, with the last use of somebody else.
  private void restoreIfDeleted(BlobKey key, Path file) throws IOException {
    if (!store.exists(key)) {
      store.put(key, file);
    }
  }

  private long remaining(Handle transaction, TenantId tenant) {
    Long maxMb = tenants.find(transaction, tenant).map(Tenant::maxStorageMb).orElse(null);
    return maxMb == null ? Long.MAX_VALUE : maxMb * 1024 * 1024 - table.stored(transaction, tenant);
  }
}
