package parley.speech.engine;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

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

  /// Two neighbouring pieces that make a token.
  ///
  /// @param rank the token's number
  /// @param left index of the first of them
  /// @param text of both
  private record Pair(int rank, int left, int right, String text) {}

  /// Joins neighbouring pieces into tokens, lowest number first and from left to right, until no
  /// two make one.
  static void merge(List<String> pieces, Map<String, Integer> tokens) {
    new Merging(pieces, tokens).run();
  }

  /// Pieces that are being joined, in time that hardly grows faster than their number: a client
  /// chooses how long a word is.
  private static final class Merging {
    private final List<String> pieces;
    private final Map<String, Integer> tokens;
    private final String[] texts;
    private final int[] before;
    private final int[] after;
    private final Queue<Pair> pairs =
        new PriorityQueue<>(Comparator.comparingInt(Pair::rank).thenComparingInt(Pair::left));

    Merging(List<String> pieces, Map<String, Integer> tokens) {
      this.pieces = pieces;
      this.tokens = tokens;
      this.texts = pieces.toArray(String[]::new);
      this.before = IntStream.range(-1, texts.length - 1).toArray();
      this.after = IntStream.rangeClosed(1, texts.length).toArray();
    }

    void run() {
      for (int left = 0; left < texts.length; left++) {
        offer(left);
      }
      for (Pair pair = pairs.poll(); pair != null; pair = pairs.poll()) {
        // Neither of them may have become part of another token meanwhile.
        if (after[pair.left] == pair.right
            && texts[pair.left].length() + texts[pair.right].length() == pair.text.length()) {
          join(pair);
        }
      }
      pieces.clear();
      for (int at = 0; at < texts.length; at = after[at]) {
        pieces.add(texts[at]);
      }
    }

    private void join(Pair pair) {
      int behind = after[pair.right];
      texts[pair.left] = pair.text;
      after[pair.left] = behind;
      // No pair that begins with it counts any more.
      after[pair.right] = -1;
      if (behind < texts.length) {
        before[behind] = pair.left;
      }
      offer(pair.left);
      if (before[pair.left] >= 0) {
        offer(before[pair.left]);
      }
    }

    private void offer(int left) {
      int right = after[left];
      if (right < texts.length) {
        String text = texts[left] + texts[right];
        Integer rank = tokens.get(text);
        if (rank != null) {
          pairs.add(new Pair(rank, left, right, text));
        }
      }
    }
  }
}
