package parley.calls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.calls.RecordingState.Completed;
import parley.calls.RecordingState.Failed;
import parley.calls.RecordingState.Importing;
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
import parley.tenants.TenantTurns;

/// Imports the files that egress delivers as media entries. Safe to run repeatedly and on several
/// nodes at once: the entry, its message in the room and its transcription are created once.
public final class RecordingImporter {
  private static final Logger LOG = LoggerFactory.getLogger(RecordingImporter.class);
  private static final int BUFFER_BYTES = 64 * 1024;

  /// Each import needs space in the spool for a whole recording.
  private static final int MAX_CONCURRENT = 3;

  /// Shorter than the second after which other nodes take over.
  private static final Duration HEARTBEAT = Duration.ofMillis(500);

  private final Database database;
  private final RecordingChanges changes;
  private final Deliveries deliveries;
  private final Blobs blobs;
  private final RecordingPublication publication;
  private final Set<RecordingId> inProgress = ConcurrentHashMap.newKeySet();
  private final TenantTurns turns = new TenantTurns(MAX_CONCURRENT, 1);

  public RecordingImporter(
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

  /// Another node has done it in the meantime.
  private static final class Overtaken extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /// The file has no duration, so it is neither audio nor video.
  private static final class Unplayable extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /// Who was to own the entry has left the room while the file was stored.
  private static final class OwnerLeft extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /// Checks whether the complete file has been delivered, whatever egress reports; empty if that is
  /// not certain.
  Optional<RecordingInput> find(Recording recording) {
    try {
      return deliveries
          .find(recording.file())
          .filter(Deliveries.Delivery::whole)
          .map(file -> new RecordingInput.FileSeen(changes.clock().instant()));
    } catch (IOException e) {
      LOG.warn("cannot look for {}: {}", recording.file(), e.getMessage());
      return Optional.of(new RecordingInput.LocationUnavailable(changes.clock().instant()));
    }
  }

  /// Does the remaining work for a recording whose egress has finished. Failures caused by
  /// something unavailable are left to the next run.
  void importFile(RecordingRef ref) {
    if (!inProgress.add(ref.id())) {
      return;
    }
    turns.begin(ref.tenant());
    try {
      Recording recording = recording(ref);
      if (awaitsFile(recording.state())) {
        fetchAndStore(ref, recording);
      }
      tidyUp(ref);
    } catch (IOException e) {
      LOG.warn("{} is postponed: {}", ref.id(), e.toString());
      apply(ref, new RecordingInput.LocationUnavailable(changes.clock().instant()));
    } finally {
      turns.end(ref.tenant());
      inProgress.remove(ref.id());
    }
  }

  private static boolean awaitsFile(RecordingState state) {
    return state instanceof Importing || (state instanceof Failed failed && failed.awaitsFile());
  }

  private void fetchAndStore(RecordingRef ref, Recording recording) throws IOException {
    Optional<Deliveries.Delivery> file = deliveries.find(recording.file());
    boolean reported = recording.state().reason() == null;
    if (!reported && file.isPresent() && !file.get().whole()) {
      // Egress was only presumed dead and may still write: half a file would be refused for good.
      return;
    }
    if (file.isEmpty()) {
      apply(ref, new RecordingInput.FileMissing(changes.clock().instant()));
      return;
    }
    RoomId room = database.inTransaction(transaction -> room(transaction, ref));
    try (SpoolFile copy = blobs.receive()) {
      fetch(ref, recording.file(), file.get().size(), copy);
      publication.keep(
          recording,
          room,
          copy,
          (transaction, media) -> imported(transaction, recording, room, media));
    } catch (Overtaken byAnotherNode) {
      LOG.debug("{} has already been imported", ref.id());
    } catch (OwnerLeft meanwhile) {
      LOG.info("{} is given to somebody else in the next run", ref.id());
    } catch (Unplayable broken) {
      unusable(ref, "The file from egress is not playable.");
    } catch (Problem refused) {
      if (refused.code() == ProblemCode.STORAGE_FULL) {
        throw new IOException("the disk is full", refused);
      }
      unusable(ref, String.valueOf(refused.getMessage()));
    } catch (RuntimeException e) {
      if (ServiceUnavailable.findIn(e).isPresent()) {
        throw new IOException("a required service is unavailable", e);
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
          // Fetching a long recording takes longer than other nodes wait before taking over.
          database.useTransaction(
              transaction -> RecordingWorkTable.stillTaken(transaction, ref, now));
          due = now.plus(HEARTBEAT);
        }
      }
    }
  }

  private void imported(Handle transaction, Recording before, RoomId room, Media media) {
    if (media.metadata().duration() == null) {
      throw new Unplayable();
    }
    // Before the call is locked, as everywhere.
    if (!publication.owner(transaction, before, room).equals(media.owner())) {
      throw new OwnerLeft();
    }
    Recording recording =
        changes
            .apply(
                transaction,
                before.ref(),
                new RecordingInput.Imported(media.id(), changes.clock().instant()))
            .recording();
    if (!(recording.state() instanceof Completed completed)
        || !media.id().equals(completed.media())) {
      throw new Overtaken();
    }
    publication.post(transaction, recording, room, media);
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
      database.useTransaction(transaction -> RecordingTable.fileRemoved(transaction, ref));
    } catch (AccessDeniedException refused) {
      Instant now = changes.clock().instant();
      if (database.inTransaction(
          transaction -> RecordingWorkTable.removalRefused(transaction, ref, now))) {
        LOG.warn(
            "{} was imported, but egress's own file remains: this server may not delete {}. Run"
                + " egress and this server as the same user, or let this server own the folder.",
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
      LOG.debug("{} is already being transcribed", ref.id());
    } catch (Problem refused) {
      refuseTranscript(ref, String.valueOf(refused.getMessage()));
    }
  }

  private void transcribing(Handle transaction, RecordingRef ref, JobId job) {
    if (!RecordingTable.lock(transaction, ref).orElseThrow().awaitsTranscript()) {
      throw new Overtaken();
    }
    RecordingTable.transcribing(transaction, ref, new Recording.Transcription(job, null));
  }

  private void refuseTranscript(RecordingRef ref, String reason) {
    database.useTransaction(transaction -> {
      if (RecordingTable.lock(transaction, ref).orElseThrow().awaitsTranscript()) {
        RecordingTable.transcribing(transaction, ref, new Recording.Transcription(null, reason));
      }
    });
  }

  private void apply(RecordingRef ref, RecordingInput input) {
    database.useTransaction(transaction -> changes.apply(transaction, ref, input));
  }

  private Recording recording(RecordingRef ref) {
    return database.inTransaction(
        transaction -> RecordingTable.find(transaction, ref).orElseThrow());
  }

  private RoomId room(Handle transaction, RecordingRef ref) {
    return CallTable.find(transaction, ref.callRef()).orElseThrow().room();
  }
}
