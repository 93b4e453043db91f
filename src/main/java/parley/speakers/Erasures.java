package parley.speakers;

import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import parley.audit.AuditAction;
import parley.audit.AuditTrail;
import parley.auth.Caller;
import parley.db.Signals;
import parley.speakers.ReferenceTable.Reference;
import parley.storage.BlobKey;
import parley.storage.Blobs;

/// Erases profiles: rows, blobs, and copies in the memory of all nodes. The consent and a record of
/// the erasure remain.
public final class Erasures {
  /// The channel on which nodes announce erased profiles.
  private static final String ERASED = "speaker_erased";

  private final Blobs blobs;
  private final AuditTrail audit;
  private final Clock clock;

  public Erasures(Blobs blobs, AuditTrail audit, Clock clock) {
    this.blobs = blobs;
    this.audit = audit;
    this.clock = clock;
  }

  /// Calls the listener for each speaker whose profile is erased on any node. Call before the
  /// signals are started.
  static void listen(Signals signals, Consumer<SpeakerId> listener) {
    signals.listen(ERASED, id -> SpeakerId.parse(id).ifPresent(listener));
  }

  /// Checks that blobs can be erased now, so that no erasure is confirmed that cannot happen.
  ///
  /// @throws parley.storage.StorageUnavailable when the store does not answer
  void requireStore(Speaker speaker) throws IOException {
    boolean _ = blobs.store().exists(speaker.embedding());
  }

  /// Erases the profiles when the transaction commits; call last in the transaction.
  ///
  /// @param speakers locked by the caller, of one tenant
  /// @param by null when the server does so by itself
  List<Erasure> erase(
      Handle transaction, List<Speaker> speakers, Erasure.Reason reason, @Nullable Caller by) {
    List<Erasure> erasures = new ArrayList<>();
    List<BlobKey> contents = new ArrayList<>();
    for (Speaker speaker : speakers) {
      erasures.add(erase(transaction, speaker, reason, by, contents));
    }
    if (!contents.isEmpty()) {
      blobs.releaseAll(transaction, contents);
    }
    return erasures;
  }

  private Erasure erase(
      Handle transaction,
      Speaker speaker,
      Erasure.Reason reason,
      @Nullable Caller by,
      List<BlobKey> contents) {
    contents.add(speaker.embedding());
    ReferenceTable.list(transaction, speaker).stream()
        .filter(Reference::retained)
        .forEach(reference -> contents.add(new BlobKey(speaker.tenant(), reference.sha256())));
    List<ConsentRecord.Entry> given =
        ConsentTable.list(transaction, speaker.tenant(), speaker.id());
    Erasure erasure =
        new Erasure(
            UUID.randomUUID(),
            speaker.id(),
            reason,
            by == null ? null : by.user(),
            clock.instant(),
            given.isEmpty() ? null : given.getFirst().hash());
    SpeakerTable.delete(transaction, speaker);
    ConsentTable.insert(transaction, speaker.tenant(), erasure);
    String subject = speaker.id().toString();
    Map<String, String> details = Map.of("erasure_id", erasure.id().toString());
    if (by == null) {
      audit.recordOwn(transaction, speaker.tenant(), AuditAction.SPEAKER_EXPIRE, subject, details);
    } else {
      audit.record(
          transaction,
          by,
          reason == Erasure.Reason.WITHDRAWN
              ? AuditAction.SPEAKER_WITHDRAW
              : AuditAction.SPEAKER_ERASE,
          subject,
          details);
    }
    Signals.send(transaction, ERASED, subject);
    return erasure;
  }
}
