package parley.speakers;

import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import parley.tenants.TenantId;

/// The speakers who may be named in one recording or stream, while it is processed. A profile that
/// is erased on any node meanwhile is overwritten here at once. Thread-safe.
public final class SpeakerRoster implements AutoCloseable {
  private final TenantId tenant;
  private final boolean requested;
  private final boolean anonymous;
  private final SpeakerRosters rosters;
  private final Map<SpeakerId, Entry> entries = new LinkedHashMap<>();
  private final Set<SpeakerId> erased = new HashSet<>();

  /// A speaker who may be named.
  ///
  /// @param threshold from which similarity on, 0 to 1
  public record Entry(
      SpeakerId id,
      String displayName,
      Voiceprint embedding,
      double threshold,
      Instant expiresAt) {}

  /// The speaker whose voice is most similar.
  ///
  /// @param score 0 to 1
  public record Candidate(SpeakerId id, String displayName, double score, double threshold) {
    /// Whether the similarity reaches the threshold for naming.
    public boolean isNamed() {
      return score >= threshold;
    }
  }

  SpeakerRoster(TenantId tenant, boolean requested, boolean anonymous, SpeakerRosters rosters) {
    this.tenant = tenant;
    this.requested = requested;
    this.anonymous = anonymous;
    this.rosters = rosters;
  }

  public TenantId tenant() {
    return tenant;
  }

  /// Whether the request named whom it wants; else all of the tenant are meant.
  boolean isRequested() {
    return requested;
  }

  /// Whether voices that are not on the roster may be distinguished.
  public boolean allowsAnonymous() {
    return anonymous;
  }

  /// The speakers who are still on the roster.
  public synchronized List<Entry> entries() {
    return List.copyOf(entries.values());
  }

  /// The remaining speaker whose voice is most similar; empty if none remains.
  public synchronized Optional<Candidate> closest(Voiceprint heard) {
    Candidate closest = null;
    for (Entry entry : entries.values()) {
      double score = Math.max(0, heard.similarity(entry.embedding()));
      // Each relative to its own threshold.
      if (closest == null || score - entry.threshold() > closest.score() - closest.threshold()) {
        closest = new Candidate(entry.id(), entry.displayName(), score, entry.threshold());
      }
    }
    return Optional.ofNullable(closest);
  }

  synchronized void add(Entry entry) {
    if (erased.contains(entry.id())) {
      entry.embedding().erase();
    } else {
      entries.put(entry.id(), entry);
    }
  }

  synchronized void erase(SpeakerId speaker) {
    erased.add(speaker);
    Entry entry = entries.remove(speaker);
    if (entry != null) {
      entry.embedding().erase();
    }
  }

  /// Overwrites the remaining embeddings.
  @Override
  public synchronized void close() {
    rosters.closed(this);
    entries.values().forEach(entry -> entry.embedding().erase());
    entries.clear();
  }
}
