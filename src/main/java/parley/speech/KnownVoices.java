package parley.speech;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import parley.jobs.Job;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.speakers.SpeakerRoster;
import parley.speakers.Voiceprint;
import parley.speech.SpeakerIdentification.Profile;
import parley.storage.BlobKey;
import parley.storage.Blobs;
import parley.storage.LocalFile;

/// The voices that a recording's speakers are compared with: those of the roster, and those that
/// the request brought along. The latter exist in memory alone and are overwritten when this is
/// closed.
final class KnownVoices implements AutoCloseable {
  private final SpeakerRoster roster;
  private final List<Profile> ofRequest = new ArrayList<>();

  private KnownVoices(SpeakerRoster roster) {
    this.roster = roster;
  }

  /// @param names of the voices whose samples are the job's attachments, in the same order
  /// @throws Problem VALIDATION for a sample without a voice
  static KnownVoices of(
      SpeakerRoster roster, Job job, List<String> names, Blobs blobs, SpeakerDiarisation models)
      throws IOException {
    KnownVoices known = new KnownVoices(roster);
    try {
      for (int i = 0; i < names.size(); i++) {
        known.add(names.get(i), new BlobKey(job.tenant(), job.attachments().get(i)), blobs, models);
      }
      return known;
    } catch (IOException | RuntimeException e) {
      known.close();
      throw e;
    }
  }

  private void add(String name, BlobKey sample, Blobs blobs, SpeakerDiarisation models)
      throws IOException {
    try (LocalFile file = blobs.local(sample)) {
      Voiceprint voice = models.measure(file.path()).embedding();
      if (voice == null) {
        throw new Problem(ProblemCode.VALIDATION, "The reference of '" + name + "' has no voice.")
            .at(KnownSpeakerIntake.REFERENCES);
      }
      ofRequest.add(new Profile(null, name, voice, models.naming()));
    }
  }

  /// Those who are known now: whoever was erased meanwhile is not.
  List<Profile> profiles() {
    List<Profile> profiles = new ArrayList<>(ofRequest);
    for (SpeakerRoster.Entry entry : roster.entries()) {
      profiles.add(new Profile(entry.id().toString(), null, entry.embedding(), entry.threshold()));
    }
    return profiles;
  }

  @Override
  public void close() {
    ofRequest.forEach(profile -> profile.voice().erase());
    ofRequest.clear();
  }
}
