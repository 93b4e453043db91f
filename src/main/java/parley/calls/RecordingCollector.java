package parley.calls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.calls.RecordingState.Collecting;
import parley.calls.RecordingState.Completed;
import parley.calls.RecordingState.Failed;
import parley.db.Database;
import parley.jobs.JobId;
import parley.media.Media;
import parley.media.MediaId;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.problem.ServiceUnavailable;
import parley.storage.Blobs;
import parley.storage.Deliveries;
import parley.storage.SpoolFile;
import parley.tenants.RoomId;

/// Makes the files that egress delivers media entries. Several nodes may try so at once and again:
/// the entry, its message in the room and its transcription are made once.
public final class RecordingCollector {
  private static final Logger LOG = LoggerFactory.getLogger(RecordingCollector.class);
  private static final int BUFFER_BYTES = 64 * 1024;

  /// More often than other nodes check what is taken, which is once a second.
  private static final Duration HEARTBEAT = Duration.ofMillis(500);

  /// Each needs space in the spool for a whole recording.
  private static final int MAX_CONCURRENT = 3;

  private final Database database;
  private final RecordingTable table = new RecordingTable();
  private final RecordingWorkTable work = new RecordingWorkTable();
  private final CallTable calls = new CallTable();
  private final RecordingChanges changes;
  private final Deliveries deliveries;
  private final Blobs blobs;
  private final RecordingPublication publication;
  private final Set<RecordingId> underWay = ConcurrentHashMap.newKeySet();
  private final Semaphore permits = new Semaphore(MAX_CONCURRENT, true);

  public RecordingCollector(
      Database database,
      RecordingChanges changes,
      Deliveries deliveries,
      Blobs blobs,
      RecordingPublication publication) {
    this.database = database;
    this.changes = changes;
    this.deliveries = deliveries;
    this.blobs = blobs;
    this.publication = publication;
  }

  /// Another node did it meanwhile.
  private static final class Overtaken extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /// The file has no duration, so it is neither sound nor video.
  private static final class Unplayable extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /// Checks whether the whole file is in its place, whatever egress says; empty when that is not
  /// certain.
  Optional<RecordingInput> find(Recording recording) {
    try {
      return deliveries
          .find(recording.file())
          .filter(Deliveries.Delivery::whole)
          .map(file -> new RecordingInput.FileSeen(changes.clock().instant()));
    } catch (IOException e) {
      LOG.warn("{} cannot be looked for: {}", recording.file(), e.getMessage());
      return Optional.of(new RecordingInput.PlaceAway(changes.clock().instant()));
    }
  }

  /// Does what is left to do for a recording whose egress is done. What fails because something is
  /// away is left to the next run.
  void collect(RecordingRef ref) {
    if (!underWay.add(ref.id())) {
      return;
    }
    permits.acquireUninterruptibly();
    try {
      Recording recording = recording(ref);
      if (awaitsFile(recording.state())) {
        keep(ref, recording);
      }
      tidyUp(ref);
    } catch (IOException e) {
      LOG.warn("{} has to wait: {}", ref.id(), e.toString());
      apply(ref, new RecordingInput.PlaceAway(changes.clock().instant()));
    } finally {
      permits.release();
      underWay.remove(ref.id());
    }
  }

  private static boolean awaitsFile(RecordingState state) {
    return state instanceof Collecting || (state instanceof Failed failed && failed.awaitsFile());
  }

  private void keep(RecordingRef ref, Recording recording) throws IOException {
    Optional<Deliveries.Delivery> file = deliveries.find(recording.file());
    if (recording.state() instanceof Failed
        && !file.map(Deliveries.Delivery::whole).orElse(false)) {
      // It may still be written, and nobody waits for it any more.
      return;
    }
    if (file.isEmpty()) {
      apply(ref, new RecordingInput.FileMissing(changes.clock().instant()));
      return;
    }
    try (SpoolFile copy = blobs.receive()) {
      fetch(ref, recording.file(), file.get().size(), copy);
      publication.keep(recording, copy, (transaction, media) -> kept(transaction, ref, media));
    } catch (Overtaken byAnotherNode) {
      LOG.debug("{} is kept already", ref.id());
    } catch (Unplayable broken) {
      unusable(ref, "The file that egress left cannot be played.");
    } catch (Problem refused) {
      if (refused.code() == ProblemCode.STORAGE_FULL) {
        throw new IOException("the disk is full", refused);
      }
      unusable(ref, String.valueOf(refused.getMessage()));
    } catch (RuntimeException e) {
      if (ServiceUnavailable.findIn(e).isPresent()) {
        throw new IOException("what it takes is away", e);
      }
      throw e;
    }
  }

  private void fetch(RecordingRef ref, String name, long size, SpoolFile copy) throws IOException {
    try (InputStream bytes = deliveries.read(name, size)) {
      byte[] buffer = new byte[BUFFER_BYTES];
      Instant due = Instant.MIN;
      for (int count = bytes.read(buffer); count > 0; count = bytes.read(buffer)) {
        copy.write(buffer, 0, count);
        Instant now = changes.clock().instant();
        if (now.isAfter(due)) {
          // Fetching a long recording takes longer than other nodes wait before they take it over.
          database.useTransaction(transaction -> work.stillTaken(transaction, ref, now));
          due = now.plus(HEARTBEAT);
        }
      }
    }
  }

  private void kept(Handle transaction, RecordingRef ref, Media media) {
    if (media.metadata().duration() == null) {
      throw new Unplayable();
    }
    Recording recording =
        changes
            .apply(transaction, ref, new RecordingInput.Kept(media.id(), changes.clock().instant()))
            .recording();
    if (!(recording.state() instanceof Completed completed)
        || !media.id().equals(completed.media())) {
      throw new Overtaken();
    }
    publication.post(transaction, recording, room(transaction, ref), media);
  }

  private void unusable(RecordingRef ref, String reason) {
    apply(ref, new RecordingInput.Unusable(reason, changes.clock().instant()));
  }

  private void tidyUp(RecordingRef ref) throws IOException {
    Recording recording = recording(ref);
    if (!(recording.state() instanceof Completed completed)) {
      return;
    }
    if (recording.awaitsTranscript()) {
      transcribe(ref, recording, completed.media());
    }
    if (recording.fileLeft()) {
      remove(ref, recording);
    }
  }

  private void remove(RecordingRef ref, Recording recording) throws IOException {
    try {
      deliveries.remove(recording.file());
      database.useTransaction(transaction -> table.fileRemoved(transaction, ref));
    } catch (AccessDeniedException refused) {
      Instant now = changes.clock().instant();
      if (database.inTransaction(transaction -> work.removalRefused(transaction, ref, now))) {
        LOG.warn(
            "{} is kept, and egress's own file of it stays: this server may not remove {}. Have egress"
                + " and this server run as the same user, or let this server own the folder.",
            ref.id(),
            refused.getMessage());
      }
    }
  }

  private void transcribe(RecordingRef ref, Recording recording, @Nullable MediaId media)
      throws IOException {
    if (media == null) {
      refuseTranscript(ref, "The recording has been deleted.");
      return;
    }
    RoomId room = database.inTransaction(transaction -> room(transaction, ref));
    try {
      publication.transcribe(
          recording, room, media, (transaction, job) -> transcribing(transaction, ref, job));
    } catch (Overtaken byAnotherNode) {
      LOG.debug("{} is being transcribed already", ref.id());
    } catch (Problem refused) {
      refuseTranscript(ref, String.valueOf(refused.getMessage()));
    }
  }

  private void transcribing(Handle transaction, RecordingRef ref, JobId job) {
    if (!table.lock(transaction, ref).orElseThrow().awaitsTranscript()) {
      throw new Overtaken();
    }
    table.transcribing(transaction, ref, new Recording.Transcription(job, null));
  }

  private void refuseTranscript(RecordingRef ref, String reason) {
    database.useTransaction(transaction -> {
      if (table.lock(transaction, ref).orElseThrow().awaitsTranscript()) {
        table.transcribing(transaction, ref, new Recording.Transcription(null, reason));
      }
    });
  }

  private void apply(RecordingRef ref, RecordingInput input) {
    database.useTransaction(transaction -> changes.apply(transaction, ref, input));
  }

  private Recording recording(RecordingRef ref) {
    return database.inTransaction(transaction -> table.find(transaction, ref).orElseThrow());
  }

  private RoomId room(Handle transaction, RecordingRef ref) {
    return calls.find(transaction, ref.callRef()).orElseThrow().room();
  }
}
