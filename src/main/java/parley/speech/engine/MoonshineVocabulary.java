package parley.speech.engine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/// Moonshine's vocabulary.
final class MoonshineVocabulary {
  /// SentencePiece's marker for a space.
  private static final String SPACE = "\u2581";

  private final TokenTable table;

  private MoonshineVocabulary(TokenTable table) {
    this.table = table;
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

  /// Groups the tokens of a text into words, with their punctuation.
  List<List<Integer>> words(List<Integer> written) {
    return TokenTable.words(
        written,
        (word, token) -> new String(table.bytes(token), StandardCharsets.UTF_8).startsWith(SPACE));
  }
}
