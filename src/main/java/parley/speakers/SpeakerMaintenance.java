package parley.speakers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.background.PeriodicWork;
import parley.db.Database;
import parley.problem.Problem;
import parley.speakers.ReferenceTable.Owner;
import parley.speakers.ReferenceTable.Reference;
import parley.storage.BlobKey;
import parley.storage.Blobs;
import parley.storage.LocalFile;

/// Background work on profiles, on every node: erases expired profiles and recordings that the
/// policy no longer retains, and rebuilds stale profiles from retained recordings.
public final class SpeakerMaintenance implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SpeakerMaintenance.class);

  private static final int AT_ONCE = 100;

  /// A rebuild has ended by then, successfully or not. This also keeps nodes of two versions with
  /// different models from undoing each other's work all the time.
  private static final Duration REBUILD = Duration.ofMinutes(10);

  private final Database database;
  private final Blobs blobs;
  private final Preflights preflights;
  private final ProfileUpdates profileUpdates;
  private final Erasures erasures;
  private final VoiceProfiles profiles;
  private final Clock clock;
  private final PeriodicWork periodicWork = new PeriodicWork();

  public SpeakerMaintenance(
      Database database,
      Blobs blobs,
      Preflights preflights,
      ProfileUpdates profileUpdates,
      Erasures erasures,
      VoiceProfiles profiles,
      Clock clock) {
    this.database = database;
    this.blobs = blobs;
    this.preflights = preflights;
    this.profileUpdates = profileUpdates;
    this.erasures = erasures;
    this.profiles = profiles;
    this.clock = clock;
  }

  /// Starts the work.
  ///
  /// @param every how long to wait between two looks
  public void start(Duration every) {
    periodicWork.every(every, "speaker-expiry", this::expire);
    periodicWork.every(every, "speaker-references", this::releaseUnwanted);
    periodicWork.every(every, "speaker-profiles-in-memory", this::forgetErased);
    if (preflights.model() != null) {
      periodicWork.every(every, "speaker-rebuild", this::rebuildStale);
    }
  }

  @Override
  public void close() {
    periodicWork.close();
  }

  private void expire() {
    AtomicInteger erased = new AtomicInteger();
    List<Speaker> expired;
    do {
      erased.set(0);
      expired =
          database.inTransaction(transaction ->
              SpeakerMaintenanceTable.expired(transaction, clock.instant(), AT_ONCE));
      expired.forEach(
          safely(speaker -> {
            expire(speaker);
            erased.incrementAndGet();
          }));
      // While the store is away, none can be erased, and the next look is soon enough.
    } while (expired.size() == AT_ONCE && erased.get() > 0 && !periodicWork.isStopping());
  }

  private void expire(Speaker speaker) throws IOException {
    erasures.requireStore(speaker);
    database.useTransaction(transaction ->
        SpeakerTable.lockExpired(transaction, speaker.tenant(), speaker.id())
            .filter(locked -> !locked.expiresAt().isAfter(clock.instant()))
            .ifPresent(locked -> {
              List<Erasure> _ =
                  erasures.erase(transaction, List.of(locked), Erasure.Reason.EXPIRED, null);
            }));
  }

  private void releaseUnwanted() {
    List<Owner> unwanted =
        database.inTransaction(transaction -> ReferenceTable.unwanted(transaction, AT_ONCE));
    for (Owner owner : unwanted) {
      database.useTransaction(transaction ->
          SpeakerTable.lockExpired(transaction, owner.tenant(), owner.speaker())
              .ifPresent(speaker -> {
                List<BlobKey> retained =
                    retained(ReferenceTable.list(transaction, speaker), speaker);
                ReferenceTable.retainNone(transaction, speaker);
                if (!retained.isEmpty()) {
                  blobs.releaseAll(transaction, retained);
                }
              }));
    }
  }

  private static List<BlobKey> retained(List<Reference> all, Speaker speaker) {
    return all.stream()
        .filter(Reference::retained)
        .map(reference -> new BlobKey(speaker.tenant(), reference.sha256()))
        .toList();
  }

  /// Makes up for lost signals.
  private void forgetErased() {
    Set<SpeakerId> here = profiles.speakers();
    if (!here.isEmpty()) {
      profiles.keepOnly(
          database.inTransaction(
              transaction -> SpeakerMaintenanceTable.present(transaction, here)));
    }
  }

  private void rebuildStale() {
    Optional<Speaker> stale = claimStale();
    while (stale.isPresent() && !periodicWork.isStopping()) {
      stale.ifPresent(safely(this::rebuild));
      stale = claimStale();
    }
  }

  private Optional<Speaker> claimStale() {
    Instant now = clock.instant();
    return database.inTransaction(transaction ->
        SpeakerMaintenanceTable.claimStale(
            transaction, preflights.analyser().model(), now.minus(REBUILD), now));
  }

  private void rebuild(Speaker speaker) throws IOException {
    List<BlobKey> recordings =
        retained(
            database.inTransaction(transaction -> ReferenceTable.list(transaction, speaker)),
            speaker);
    List<VoiceMeasurement> measured = new ArrayList<>();
    try {
      for (BlobKey key : recordings) {
        try (LocalFile recording = blobs.local(key)) {
          measured.add(preflights.again(speaker.tenant(), recording.path()));
        }
      }
    } catch (Problem refused) {
      fail(speaker, refused.message());
      return;
    }
    Voiceprint voice = null;
    double seconds = 0;
    for (VoiceMeasurement one : measured) {
      Voiceprint embedding = one.embedding();
      if (embedding != null) {
        double more = one.figures().speechSeconds();
        voice = voice == null ? embedding : voice.joined(seconds, embedding, more);
        seconds += more;
      }
    }
    if (voice == null) {
      fail(speaker, "The retained recordings hold too little speech.");
      return;
    }
    profileUpdates.rebuild(speaker, voice, Math.round(seconds * 1000));
    LOG.info("{} was made again for the present voice model", speaker.id());
  }

  private void fail(Speaker speaker, String reason) {
    LOG.warn("{} could not be made again for the present voice model: {}", speaker.id(), reason);
    database.useTransaction(transaction -> SpeakerTable.fail(transaction, speaker, reason));
  }

  /// Keeps one speaker's failure from affecting the others.
  private static Consumer<Speaker> safely(Step step) {
    return speaker ->
        PeriodicWork.safely(
            "maintenance of " + speaker.id(),
            () -> {
              try {
                step.take(speaker);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
  }

  @FunctionalInterface
  private interface Step {
    void take(Speaker speaker) throws IOException;
  }
}
