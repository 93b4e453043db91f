package parley.speech.engine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Moonshine's vocabulary.
final class MoonshineVocabulary {
  /// SentencePiece's marker for a space.
  private static final String SPACE = "\u2581";

  /// The first token after the special ones and single bytes.
  private static final int FIRST_TEXT = 259;

  private final TokenTable table;
  private final Map<String, Integer> tokens = new HashMap<>();

  private MoonshineVocabulary(TokenTable table) {
    this.table = table;
    for (int token = FIRST_TEXT; token < table.size(); token++) {
      tokens.putIfAbsent(new String(table.bytes(token), StandardCharsets.UTF_8), token);
    }
  }

  /// Reads `tokenizer.bin`, which is a [TokenTable].
  static MoonshineVocabulary read(Path file) throws IOException {
    return new MoonshineVocabulary(TokenTable.read(file));
  }

  /// Returns the text of the tokens, without surrounding spaces.
  String text(List<Integer> written) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    for (int token : written) {
      byte[] bytes = table.bytes(token);
      boolean special = bytes.length > 2 && bytes[0] == '<' && bytes[bytes.length - 1] == '>';
      if (!special) {
        text.writeBytes(bytes);
      }
    }
    return text.toString(StandardCharsets.UTF_8).replace(SPACE, " ").strip();
  }

  /// Returns the tokens of words. A token's number is the rank of the merge that makes it, as in
  /// [BytePairEncoding], but characters are merged instead of bytes; a character without a token is
  /// left out, which only text in other scripts has.
  List<Integer> encode(List<String> words) {
    List<Integer> encoded = new ArrayList<>();
    for (String word : words) {
      List<String> parts =
          new ArrayList<>((SPACE + word).codePoints().mapToObj(Character::toString).toList());
      BytePairEncoding.merge(parts, tokens);
      parts.stream().map(tokens::get).filter(Objects::nonNull).forEach(encoded::add);
    }
    return encoded;
  }

  /// Groups the tokens of a text into words, with their punctuation.
  List<List<Integer>> words(List<Integer> written) {
    return TokenTable.words(
        written,
        (word, token) -> new String(table.bytes(token), StandardCharsets.UTF_8).startsWith(SPACE));
  }
}
