package parley.speech.engine;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// Turns text into tokens as GPT-2 does. In its vocabularies, and in Whisper's, a token's number is
/// the rank of the merge that makes it, so the tokens alone determine the encoding (as in OpenAI's
/// `tiktoken`). Thread-safe.
final class BytePairEncoding {
  /// What is encoded separately (`encoder.py` of GPT-2).
  private static final Pattern PARTS =
      Pattern.compile(
          "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+");

  /// Tokens by their bytes, each byte as one character.
  private final Map<String, Integer> tokens = new HashMap<>();

  /// @param table bytes of the tokens
  /// @param count number of tokens that are text; those after them are special
  BytePairEncoding(TokenTable table, int count) {
    for (int token = 0; token < count; token++) {
      byte[] bytes = table.bytes(token);
      if (bytes.length > 0) {
        tokens.putIfAbsent(new String(bytes, StandardCharsets.ISO_8859_1), token);
      }
    }
  }

  /// Returns the tokens of a text; a byte that no token has is left out.
  List<Integer> encode(String text) {
    List<Integer> encoded = new ArrayList<>();
    PARTS.matcher(text).results().map(MatchResult::group).forEach(part -> encode(part, encoded));
    return encoded;
  }

  private void encode(String part, List<Integer> encoded) {
    byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
    List<String> pieces = new ArrayList<>();
    for (byte one : bytes) {
      pieces.add(String.valueOf((char) (one & 0xFF)));
    }
    merge(pieces, tokens);
    for (String piece : pieces) {
      Integer token = tokens.get(piece);
      if (token != null) {
        encoded.add(token);
      }
    }
  }

  /// Joins neighbouring pieces into tokens, lowest number first, until no two make one.
  static void merge(List<String> pieces, Map<String, Integer> tokens) {
    while (true) {
      int first = -1;
      int min = Integer.MAX_VALUE;
      for (int i = 0; i + 1 < pieces.size(); i++) {
        int rank = tokens.getOrDefault(pieces.get(i) + pieces.get(i + 1), Integer.MAX_VALUE);
        if (rank < min) {
          min = rank;
          first = i;
        }
      }
      if (first < 0) {
        break;
      }
      pieces.set(first, pieces.get(first) + pieces.remove(first + 1));
    }
  }
}
