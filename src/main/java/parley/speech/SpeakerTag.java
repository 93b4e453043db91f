package parley.speech;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/// Who speaks, as the API shows it: `{"id", "display_name", "score"}` for an enrolled speaker,
/// `{"label"}` for anybody else, with a `display_name` once somebody has given them one.
///
/// @param label `S1`, `S2` … in order of first appearance
/// @param score the similarity to the enrolled voice, 0 to 1
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SpeakerTag(
    @Nullable String label,
    @Nullable String id,
    @Nullable String displayName,
    @Nullable Double score) {
  /// A voice that is not named.
  public static SpeakerTag anonymous(String label) {
    return new SpeakerTag(label, null, null, null);
  }

  /// A voice that is nobody's who is enrolled.
  ///
  /// @param given what a reader of the transcript calls it; null where nobody has named it
  static SpeakerTag unknown(String label, @Nullable String given) {
    return new SpeakerTag(label, null, given, null);
  }

  /// An enrolled speaker.
  ///
  /// @param score rounded to thousandths
  public static SpeakerTag enrolled(String id, String displayName, double score) {
    return new SpeakerTag(null, id, displayName, Math.round(score * 1000) / 1000.0);
  }

  /// What a caption calls the speaker: their name or their label.
  public String name() {
    return displayName != null ? displayName : String.valueOf(label);
  }
}
