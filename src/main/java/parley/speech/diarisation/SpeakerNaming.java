package parley.speech.diarisation;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Identifies a voice among enrolled people.
///
/// The score is the cosine of two embeddings from each of which the mean of many voices over its
/// kind of line was taken off ([VoiceEmbedder]); so one threshold serves for telephones and
/// microphones alike.
public final class SpeakerNaming {
  /// The score from which a voice is named. Of 1,616 comparisons of three seconds of one of 17
  /// people with another's profile, 0.5 % reached it, all between two announcers whom no threshold
  /// below 0.53 separates; over the telephone none did. docs/decisions/0050 has the figures.
  public static final double THRESHOLD = 0.38;

  /// The score from which reference and consent count as the same person: lower than for naming,
  /// because a consent may be two seconds long, and its speaker claims to be that person.
  public static final double SAME_VOICE = 0.35;

  private SpeakerNaming() {}

  /// An enrolled voice.
  ///
  /// @param id of the person, whatever the caller calls them by
  public record Profile(String id, VoiceEmbedding voice) {}

  /// The profile most similar to a voice.
  ///
  /// @param score the similarity, −1 to 1
  /// @param threshold from which on it is taken for the same person
  public record Closest(String id, double score, double threshold) {
    /// Whether the voice is this person's; if not, it belongs to nobody enrolled.
    public boolean named() {
      return score >= threshold;
    }
  }

  /// Compares a voice with each profile.
  ///
  /// @return the closest, which need not be close; null without profiles
  public static @Nullable Closest closest(VoiceEmbedding voice, List<Profile> profiles) {
    Closest closest = null;
    for (Profile profile : profiles) {
      double score = voice.similarity(profile.voice());
      if (closest == null || score > closest.score()) {
        closest = new Closest(profile.id(), score, THRESHOLD);
      }
    }
    return closest;
  }
}
