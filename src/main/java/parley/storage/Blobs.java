package parley.storage;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
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
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.db.Database;
import parley.db.DatabaseUnavailable;
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
  private static final Logger LOG = LoggerFactory.getLogger(Blobs.class);

  private final Database database;
  private final BlobTable table = new BlobTable();
  private final TenantTable tenants;
  private final BlobStore store;
  private final Spool spool;
  private final Clock clock;
  private final HeldDeletions held;

  public Blobs(Database database, TenantTable tenants, BlobStore store, Spool spool, Clock clock) {
    this.database = database;
    this.tenants = tenants;
    this.store = store;
    this.spool = spool;
    this.clock = clock;
    this.held = new HeldDeletions(database, spool);
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
  public long left(TenantId tenant) {
    return database.inTransaction(transaction -> left(transaction, tenant));
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
    SortedMap<BlobKey, Received> contents = new TreeMap<>(Comparator.comparing(BlobKey::path));
    for (Received received : files) {
      contents.put(new BlobKey(tenant, received.file().seal()), received);
    }
    boolean kept = false;
    try {
      for (Map.Entry<BlobKey, Received> content : contents.entrySet()) {
        SpoolFile file = content.getValue().file();
        file.rename(spool.openFate(content.getKey()));
        // Before the transaction, which must not last as long as bytes take to travel.
        store.put(content.getKey(), file.path());
      }
      T result =
          database.inTransaction(transaction -> record(transaction, owner, contents, record));
      kept = true;
      return result;
    } finally {
      if (!kept) {
        for (BlobKey key : contents.keySet()) {
          eraseOrNote(key);
        }
      }
    }
  }

  private <T> T record(
      Handle transaction,
      UserId owner,
      SortedMap<BlobKey, Received> contents,
      Function<Handle, T> record) {
    TenantId tenant = contents.firstKey().tenant();
    long addedBytes = 0;
    long othersBytes = 0;
    for (Map.Entry<BlobKey, Received> content : contents.entrySet()) {
      BlobKey key = content.getKey();
      SpoolFile file = content.getValue().file();
      table.lock(transaction, key);
      putAgainIfErased(key, file.path());
      boolean own = table.isReferencedBy(transaction, key, owner);
      boolean added =
          table.insertOrAddReference(
              transaction,
              key,
              file.size(),
              head(file),
              content.getValue().mimeType(),
              clock.instant());
      addedBytes += added ? file.size() : 0;
      othersBytes += added || own ? 0 : file.size();
    }
    T recorded = record.apply(transaction);
    if (addedBytes > 0) {
      table.count(transaction, tenant, addedBytes);
    }
    if (left(transaction, tenant) < othersBytes) {
      throw new Problem(ProblemCode.MEDIA_QUOTA_EXCEEDED, "The tenant's storage is full.");
    }
    return recorded;
  }

  private static Sha256 head(SpoolFile file) {
    try {
      return Sha256.ofContent(file.head(UploadQuota.HEAD_BYTES));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
        eraseAfterCommit(transaction, key);
      }
    }
    if (bytes > 0) {
      table.count(transaction, keys.getFirst().tenant(), -bytes);
    }
  }

  private void eraseAfterCommit(Handle transaction, BlobKey key) {
    Path note = note(key);
    transaction.afterCommit(() -> {
      try {
        if (!eraseUnlessUsed(key)) {
          held.add(key);
        }
        Files.deleteIfExists(note);
      } catch (IOException | DatabaseUnavailable e) {
        LOG.warn("{} stays until the next start", key.path(), e);
      }
    });
    transaction.afterRollback(() -> note.toFile().delete());
  }

  /// Erases the bytes once the transaction has committed, whatever uses them: nobody may have them,
  /// not even a backup.
  public void eraseBytes(Handle transaction, BlobKey key) {
    transaction.afterCommit(() -> {
      try {
        deleteAll(key);
      } catch (IOException e) {
        LOG.error("{} must not be there and could not be erased", key.path(), e);
      }
    });
  }

  /// Stores the thumbnails of a content beside those of the revision before, which the caller
  /// removes when nobody looks for them any more; both go with the content. To be called under the
  /// content's [#lock] by whoever has seen that something uses it.
  public void putThumbnails(BlobKey content, int revision, SpoolFile file) throws IOException {
    file.seal();
    store.delete(content.thumbnails(revision));
    store.put(content.thumbnails(revision), file.path());
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
    for (BlobKey key : spool.leftovers()) {
      store.sweep(key);
      boolean erased = eraseUnlessUsed(key);
      spool.settle(key);
      if (!erased) {
        held.add(key);
      }
    }
  }

  /// Erases what was to be erased while a backup held deletions, unless one still does. To be
  /// called periodically.
  public void eraseHeld() {
    held.retry(this::eraseUnlessUsed);
  }

  private Path note(BlobKey key) {
    try {
      return spool.note(key);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot note that " + key.path() + " is to go", e);
    }
  }

  /// A store that does not answer is not asked again while somebody waits to hear of it.
  private void eraseOrNote(BlobKey key) throws IOException {
    try {
      if (!eraseUnlessUsed(key)) {
        held.add(key);
      }
    } catch (StorageUnavailable | DatabaseUnavailable e) {
      LOG.warn("{} may stay until the next start", key.path(), e);
      spool.note(key);
    }
  }

  /// False if nothing uses the content but a backup holds deletions.
  private boolean eraseUnlessUsed(BlobKey key) throws IOException {
    try {
      return database.inTransaction(transaction -> {
        table.lock(transaction, key);
        if (table.exists(transaction, key)) {
          return true;
        }
        if (!DeletionHold.permitsDeletion(transaction)) {
          return false;
        }
        delete(key);
        return true;
      });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private void delete(BlobKey key) {
    try {
      deleteAll(key);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void deleteAll(BlobKey key) throws IOException {
    store.delete(key.thumbnails(0));
    store.delete(key.thumbnails(1));
    store.delete(key);
  }

  /// The bytes may have gone between the put and the lock, with the last use of somebody else.
  private void putAgainIfErased(BlobKey key, Path file) {
    try {
      if (!store.exists(key)) {
        store.put(key, file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private long left(Handle transaction, TenantId tenant) {
    Long maxMb = tenants.find(transaction, tenant).map(Tenant::maxStorageMb).orElse(null);
    return maxMb == null ? Long.MAX_VALUE : maxMb * 1024 * 1024 - table.stored(transaction, tenant);
  }
}
