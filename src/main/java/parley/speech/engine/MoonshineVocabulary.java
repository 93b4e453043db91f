package parley.speech.engine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The texts of Moonshine's tokens.
final class MoonshineVocabulary {
  /// SentencePiece writes a space so.
  private static final String SPACE = "\u2581";

  private final List<byte[]> tokens;

  private MoonshineVocabulary(List<byte[]> tokens) {
    this.tokens = tokens;
  }

  /// Reads `tokenizer.bin`: for each token its length, in one byte below 128 or in two as second ×
  /// 128 + first − 128, and its bytes.
  static MoonshineVocabulary read(Path file) throws IOException {
    byte[] content = Files.readAllBytes(file);
    List<byte[]> tokens = new ArrayList<>();
    int at = 0;
    try {
      while (at < content.length) {
        int length = content[at++] & 0xFF;
        if (length >= 128) {
          length = (content[at++] & 0xFF) * 128 + length - 128;
        }
        if (at + length > content.length) {
          throw new IOException(file + " ends within a token");
        }
        tokens.add(Arrays.copyOfRange(content, at, at + length));
        at += length;
      }
    } catch (ArrayIndexOutOfBoundsException e) {
      throw new IOException(file + " ends within a token", e);
    }
    return new MoonshineVocabulary(tokens);
  }

  /// The text of some tokens, without spaces around it.
  String text(List<Integer> written) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    for (int token : written) {
      byte[] bytes = tokens.get(token);
      boolean special = bytes.length > 2 && bytes[0] == '<' && bytes[bytes.length - 1] == '>';
      if (!special) {
        text.writeBytes(bytes);
      }
    }
    return text.toString(StandardCharsets.UTF_8).replace(SPACE, " ").strip();
  }

  /// Divides the tokens of a text into those of its words, with their punctuation.
  List<List<Integer>> words(List<Integer> written) {
    List<List<Integer>> words = new ArrayList<>();
    List<Integer> word = new ArrayList<>();
    for (int token : written) {
      boolean begins = new String(tokens.get(token), StandardCharsets.UTF_8).startsWith(SPACE);
      if (begins && !word.isEmpty()) {
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
