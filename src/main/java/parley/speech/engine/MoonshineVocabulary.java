package parley.speech.engine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/// The texts of Moonshine's tokens.
final class MoonshineVocabulary {
  /// SentencePiece writes a space so.
  private static final String SPACE = "\u2581";

  private final TokenTable table;

  private MoonshineVocabulary(TokenTable table) {
    this.table = table;
  }

  /// Reads `tokenizer.bin`, which is a [TokenTable].
  static MoonshineVocabulary read(Path file) throws IOException {
    return new MoonshineVocabulary(TokenTable.read(file));
  }

  /// The text of some tokens, without spaces around it.
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

  /// Divides the tokens of a text into those of its words, with their punctuation.
  List<List<Integer>> words(List<Integer> written) {
    return TokenTable.words(
        written,
        (word, token) -> new String(table.bytes(token), StandardCharsets.UTF_8).startsWith(SPACE));
  }
}
