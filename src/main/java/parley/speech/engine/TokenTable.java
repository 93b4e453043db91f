package parley.speech.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiPredicate;

/// The UTF-8 bytes of each token of a vocabulary. A token may contain part of a character.
final class TokenTable {
  private static final byte[] NOTHING = new byte[0];

  private final List<byte[]> tokens;

  private TokenTable(List<byte[]> tokens) {
    this.tokens = tokens;
  }

  /// Reads a table: for each token its length, as one byte below 128 or as two bytes (second × 128
  /// + first − 128), and its bytes.
  static TokenTable read(Path file) throws IOException {
    byte[] content = Files.readAllBytes(file);
    List<byte[]> tokens = new ArrayList<>();
    try {
      for (int at = 0; at < content.length; ) {
        int length = content[at++] & 0xFF;
        if (length >= 128) {
          length = (content[at++] & 0xFF) * 128 + length - 128;
        }
        if (at + length > content.length) {
          throw new IOException("The vocabulary " + file + " ends within a token");
        }
        tokens.add(Arrays.copyOfRange(content, at, at + length));
        at += length;
      }
    } catch (ArrayIndexOutOfBoundsException e) {
      throw new IOException("The vocabulary " + file + " ends within a token", e);
    }
    return new TokenTable(tokens);
  }

  /// Returns the number of tokens.
  int size() {
    return tokens.size();
  }

  static TokenTable of(List<byte[]> tokens) {
    return new TokenTable(List.copyOf(tokens));
  }

  /// Returns the bytes of a token; empty for one without text.
  byte[] bytes(int token) {
    return token < tokens.size() ? tokens.get(token) : NOTHING;
  }

  /// Groups the tokens of a text into words.
  ///
  /// @param begins whether a token starts a new word, given the tokens of the current one
  static List<List<Integer>> words(
      List<Integer> tokens, BiPredicate<List<Integer>, Integer> begins) {
    List<List<Integer>> words = new ArrayList<>();
    List<Integer> word = new ArrayList<>();
    for (int token : tokens) {
      if (!word.isEmpty() && begins.test(word, token)) {
        words.add(word);
        word = new ArrayList<>();
      }
      word.add(token);
    }
    if (!word.isEmpty()) {
      words.add(word);
    }
    return words;
  }
}
