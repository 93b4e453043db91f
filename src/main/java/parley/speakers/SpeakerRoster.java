package parley.speakers;

import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import parley.tenants.TenantId;

/// Who may be named in one recording or stream, for as long as it is worked on. A profile that is
/// erased meanwhile, on whatever node, is overwritten here at once. For several threads.
public final class SpeakerRoster implements AutoCloseable {
  private final TenantId tenant;
  private final boolean anonymous;
  private final SpeakerRosters rosters;
  private final Map<SpeakerId, Entry> entries = new LinkedHashMap<>();
  private final Set<SpeakerId> erased = new HashSet<>();

  /// Somebody who may be named.
  ///
  /// @param threshold from which similarity on, 0 to 1
  public record Entry(
      SpeakerId id,
      String displayName,
      VoiceEmbedding embedding,
      double threshold,
      Instant expiresAt) {}

  /// Who of the roster a voice resembles most.
  ///
  /// @param score 0 to 1
  public record Candidate(SpeakerId id, String displayName, double score, double threshold) {
    /// Whether the voice resembles theirs enough to be named so.
    public boolean isNamed() {
      return score >= threshold;
    }
  }

  SpeakerRoster(TenantId tenant, boolean anonymous, SpeakerRosters rosters) {
    this.tenant = tenant;
    this.anonymous = anonymous;
    this.rosters = rosters;
  }

  public TenantId tenant() {
    return tenant;
  }

  /// Whether voices that are not on the roster may be told apart at all.
  public boolean allowsAnonymous() {
    return anonymous;
  }

  /// Those who are still on it.
  public synchronized List<Entry> entries() {
    return List.copyOf(entries.values());
  }

  /// Who of those who are still on it a voice resembles most; empty when nobody is.
  public synchronized Optional<Candidate> closest(VoiceEmbedding heard) {
    Candidate closest = null;
    for (Entry entry : entries.values()) {
      double score = Math.max(0, heard.similarity(entry.embedding()));
      // As far above or below their own thresholds.
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

  /// Overwrites what is left on it.
  @Override
  public synchronized void close() {
    rosters.closed(this);
    entries.values().forEach(entry -> entry.embedding().erase());
    entries.clear();
  }
}
