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
public final class RecordingLocation {
  private static final Logger LOG = LoggerFactory.getLogger(RecordingLocation.class);

  private static final String ELSEWHERE =
      "unusable: egress is recording, but its file does not appear in calls.recordings_folder; it uses"
          + " another folder, or calls.egress_folder is wrong";

  private final Deliveries deliveries;

  /// Since when a running recording has had no file here.
  private final AtomicReference<@Nullable Instant> missingSince = new AtomicReference<>();

  public RecordingLocation(Deliveries deliveries) {
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
      LOG.error("cannot record calls: {}", state);
    }
  }

  /// Prepares for the file of a recording; false if no file could be delivered.
  boolean prepare(Recording recording) {
    try {
      deliveries.prepare(recording.file());
      return true;
    } catch (IOException e) {
      LOG.error("{} was not started: {}", recording.id(), e.getMessage());
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
      LOG.debug("cannot look for {}", recording.file(), away);
      return true;
    }
    if (missingSince.compareAndSet(null, now)) {
      LOG.error("{} of {}: {}", recording.id(), recording.call(), ELSEWHERE);
    }
    return false;
  }
}
