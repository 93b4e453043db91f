package parley.calls;

import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.storage.Deliveries;

/// The delivery location of egress's files. Whether files arrive where this server looks for them
/// is checked at start, for readiness, and before and during recordings.
public final class RecordingPlace {
  private static final Logger LOG = LoggerFactory.getLogger(RecordingPlace.class);

  private static final String ELSEWHERE =
      "unusable: egress records, and its file does not show in calls.recordings_folder; it has"
          + " another folder there, or calls.egress_folder is wrong";

  private final Deliveries deliveries;

  /// Since when a running recording has had no file here.
  private final AtomicReference<@Nullable Instant> missingSince = new AtomicReference<>();

  public RecordingPlace(Deliveries deliveries) {
    this.deliveries = deliveries;
  }

  /// Returns the state for operators: `ok`, or what is wrong.
  public String state() {
    try {
      deliveries.check();
    } catch (IOException e) {
      return "unusable: " + e.getMessage();
    }
    return missingSince.get() == null ? "ok" : ELSEWHERE;
  }

  /// Logs what is wrong, if anything.
  public void logState() {
    String state = state();
    if (!state.equals("ok")) {
      LOG.error("calls cannot be recorded; {}", state);
    }
  }

  /// Prepares for the file of a recording; false if no file could be delivered.
  boolean prepare(Recording recording) {
    try {
      deliveries.prepare(recording.file());
      return true;
    } catch (IOException e) {
      LOG.error("{} is not begun: {}", recording.id(), e.getMessage());
      return false;
    }
  }

  /// Whether the file of a recording has appeared; for recordings that have run long enough to have
  /// one.
  boolean shows(Recording recording, Instant now) {
    if (!deliveries.showsUnfinished()) {
      return true;
    }
    try {
      if (deliveries.find(recording.file()).isPresent()) {
        missingSince.set(null);
        return true;
      }
    } catch (IOException away) {
      LOG.debug("{} cannot be looked for", recording.file(), away);
      return true;
    }
    if (missingSince.compareAndSet(null, now)) {
      LOG.error("{} of {}: {}", recording.id(), recording.call(), ELSEWHERE);
    }
    return false;
  }
}
