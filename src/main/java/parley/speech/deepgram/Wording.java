package parley.speech.deepgram;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// How the text of an answer is written.
///
/// @param punctuated with punctuation and capitals, as recognised
/// @param language ISO 639-1; null where nothing was said
record Wording(boolean punctuated, @Nullable String language) {
  private static final Set<String> WITHOUT_SPACES = Set.of("zh", "ja", "th", "lo", "my", "km");

  String text(String written) {
    return punctuated ? written : PlainText.of(written);
  }

  /// The text of words.
  String joined(List<SpokenWord> words) {
    boolean spaces = language == null || !WITHOUT_SPACES.contains(language);
    return text(
        words.stream().map(SpokenWord::written).collect(Collectors.joining(spaces ? " " : "")));
  }
}
