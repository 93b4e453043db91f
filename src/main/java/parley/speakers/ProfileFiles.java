package parley.speakers;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import parley.media.bytes.FileBytes;
import parley.media.types.MediaTypeDetector;
import parley.storage.Blobs;
import parley.storage.Blobs.Received;
import parley.storage.SpoolFile;

/// The stored parts of a profile: its embedding and, where the policy retains them, its reference
/// recordings.
final class ProfileFiles {
  private static final String EMBEDDING_TYPE = "application/octet-stream";

  private final Blobs blobs;
  private final Preflights preflights;

  ProfileFiles(Blobs blobs, Preflights preflights) {
    this.blobs = blobs;
    this.preflights = preflights;
  }

  /// A new file that holds the embedding; the caller closes it.
  SpoolFile embedding(Voiceprint voice) throws IOException {
    SpoolFile file = blobs.receive();
    byte[] bytes = voice.bytes();
    file.write(bytes, 0, bytes.length);
    return file;
  }

  /// The profile for an embedding computed by this node's model.
  ///
  /// @param speechMillis of speech behind the embedding
  Speaker.Profile profile(SpoolFile embedding, long speechMillis) throws IOException {
    VoiceAnalyser voices = preflights.analyser();
    return new Speaker.Profile(
        embedding.seal(), (int) embedding.size(), voices.model(), voices.naming(), speechMillis);
  }

  /// The blobs to store for a profile made from these recordings.
  List<Received> contents(SpoolFile embedding, List<SpoolFile> recordings, SpeakerPolicy policy)
      throws IOException {
    List<Received> contents = new ArrayList<>();
    contents.add(content(embedding));
    if (policy.retainReference()) {
      for (SpoolFile recording : recordings) {
        contents.add(
            new Received(
                recording,
                MediaTypeDetector.detect(FileBytes.of(recording.path()), "reference").value()));
      }
    }
    return contents;
  }

  /// The blob of an embedding.
  Received content(SpoolFile embedding) {
    return new Received(embedding, EMBEDDING_TYPE);
  }
}
