package parley.speech.engine;

import java.util.List;

/// A text that the one being decoded is likely to resemble. Where the two part, the draft goes on
/// as soon as they meet again, so that most of a text is verified instead of decoded token by token
/// (speculative decoding, Leviathan et al. 2023, with a text in place of a smaller model). Not
/// thread-safe.
final class Draft {
  /// Tokens that are verified at once: with more, too much work is lost where the texts part.
  private static final int MAX_TOKENS = 24;

  /// How many tokens further on the texts may meet again.
  private static final int AHEAD = 6;

  private final List<Integer> tokens;

  /// The first token that is yet to come.
  private int next;

  /// Number of tokens decoded since the texts parted.
  private int apart;

  Draft(List<Integer> tokens) {
    this.tokens = tokens;
  }

  /// Returns the tokens that are likely to follow; none while the texts are apart.
  List<Integer> continuation() {
    return apart > 0 ? List.of() : tokens.subList(next, Math.min(tokens.size(), next + MAX_TOKENS));
  }

  /// Follows the text by the token that was decoded.
  void follow(int token) {
    int end = Math.min(tokens.size(), next + apart + AHEAD);
    for (int i = next; i < end; i++) {
      if (tokens.get(i) == token) {
        next = i + 1;
        apart = 0;
        return;
      }
    }
    apart++;
  }
}
