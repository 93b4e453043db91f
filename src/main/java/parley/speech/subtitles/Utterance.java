package parley.speech.subtitles;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What one cue shows, with the times at which it is spoken.
///
/// @param tokens at least one
record Utterance(List<Token> tokens, @Nullable String speaker) {
  double start() {
    return tokens.getFirst().start();
  }

  double end() {
    return tokens.getLast().end();
  }
}
