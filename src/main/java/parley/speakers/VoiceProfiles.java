package parley.speakers;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import parley.storage.Blobs;
import parley.storage.Sha256;

/// A cache of recently used embeddings, so that not every recording reads them all from the store.
/// The database is asked each time which profiles exist; erasures on any node overwrite entries.
public final class VoiceProfiles {
  /// 8 MB.
  private static final int MAX_PROFILES = 10_000;

  private final Blobs blobs;

  private final Map<SpeakerId, Known> known =
      new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<SpeakerId, Known> eldest) {
          return size() > MAX_PROFILES;
        }
      };

  private record Known(Sha256 content, Voiceprint embedding) {}

  public VoiceProfiles(Blobs blobs) {
    this.blobs = blobs;
  }

  /// A copy of a profile's embedding; empty if it has been erased meanwhile.
  Optional<Voiceprint> load(Speaker speaker) throws IOException {
    Sha256 content = speaker.profile().embedding();
    synchronized (known) {
      Known present = known.get(speaker.id());
      if (present != null && present.content().equals(content)) {
        return Optional.of(Voiceprint.of(present.embedding().values()));
      }
    }
    try {
      Voiceprint embedding = read(blobs, speaker);
      synchronized (known) {
        known.put(speaker.id(), new Known(content, Voiceprint.of(embedding.values())));
      }
      return Optional.of(embedding);
    } catch (NoSuchFileException erased) {
      return Optional.empty();
    }
  }

  /// Overwrites the embedding of an erased profile.
  void erase(SpeakerId speaker) {
    synchronized (known) {
      Known erased = known.remove(speaker);
      if (erased != null) {
        erased.embedding().erase();
      }
    }
  }

  /// Overwrites all embeddings but these.
  void keepOnly(Set<SpeakerId> present) {
    Set<SpeakerId> gone;
    synchronized (known) {
      gone =
          known.keySet().stream()
              .filter(speaker -> !present.contains(speaker))
              .collect(Collectors.toSet());
    }
    gone.forEach(this::erase);
  }

  /// The speakers in the cache.
  Set<SpeakerId> speakers() {
    synchronized (known) {
      return Set.copyOf(known.keySet());
    }
  }

  /// Reads the embedding of a profile from the store.
  ///
  /// @throws NoSuchFileException if it has been erased
  static Voiceprint read(Blobs blobs, Speaker speaker) throws IOException {
    int bytes = speaker.profile().bytes();
    try (InputStream content = blobs.store().read(speaker.embedding(), 0, bytes)) {
      return Voiceprint.ofBytes(content.readNBytes(bytes));
    }
  }
}
