package parley.speech.subtitles;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What one cue shows, with the times at which it is spoken.
///
/// @param tokens at least one
/// @param name to show before them; empty for none
record Utterance(List<Token> tokens, List<Token> name, @Nullable String speaker) {
  List<Token> shown() {
    return LineBreaker.join(name, tokens);
  }

  double start() {
    return tokens.getFirst().start();
  }

  double end() {
    return tokens.getLast().end();
  }
}
