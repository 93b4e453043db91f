package parley.speech.engine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Scanner;
import java.util.stream.IntStream;

/// Whisper's multilingual vocabulary (OpenAI's `tokenizer.py`).
final class Vocabulary {
  static final int END_OF_TEXT = 50_257;
  static final int START_OF_TRANSCRIPT = 50_258;

  /// The first of [Languages]; the others follow in order.
  static final int FIRST_LANGUAGE = 50_259;

  static final int TRANSLATE = 50_358;
  static final int TRANSCRIBE = 50_359;

  /// Precedes the text that came before the transcript.
  static final int START_OF_PREVIOUS = 50_361;

  static final int NO_SPEECH = 50_362;
  static final int WITHOUT_TIMESTAMPS = 50_363;

  /// Time 0; each further token is [#TIMESTAMP_STEP] later.
  static final int FIRST_TIMESTAMP = 50_364;

  static final double TIMESTAMP_STEP = 0.02;

  /// A single space, which must not start a transcript.
  static final int BLANK = 220;

  static final int SIZE = 51_865;

  /// What part of a character decodes to.
  private static final char BROKEN = '\uFFFD';

  private final TokenTable table;
  private final int[] suppressed;
  private final BytePairEncoding encoding;

  private Vocabulary(TokenTable table, int[] suppressed) {
    this.table = table;
    this.suppressed = suppressed;
    this.encoding = new BytePairEncoding(table, END_OF_TEXT);
  }

  /// Reads the two files of the vocabulary.
  ///
  /// @param table see [TokenTable]
  /// @param suppressed numbers of the tokens that are never decoded, separated by spaces
  static Vocabulary read(Path table, Path suppressed) throws IOException {
    try (Scanner numbers = new Scanner(Files.readString(suppressed))) {
      return of(TokenTable.read(table), numbers.tokens().map(Integer::valueOf).toList());
    }
  }

  /// @param suppressed tokens that are never decoded
  static Vocabulary of(TokenTable table, List<Integer> suppressed) {
    // The prompt's special tokens are never part of a transcript.
    IntStream never = IntStream.range(START_OF_TRANSCRIPT, FIRST_TIMESTAMP);
    IntStream listed = suppressed.stream().mapToInt(Integer::intValue);
    return new Vocabulary(table, IntStream.concat(never, listed).distinct().toArray());
  }

  /// The tokens that are never decoded.
  int[] suppressed() {
    return suppressed;
  }

  /// Returns the tokens of a text.
  List<Integer> encode(String text) {
    return encoding.encode(text);
  }

  /// Returns the text of the tokens; those without text are skipped. A token may contain part of a
  /// character, so texts of single tokens cannot be concatenated.
  String text(List<Integer> tokens) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int token : tokens) {
      if (token < END_OF_TEXT) {
        bytes.writeBytes(table.bytes(token));
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  /// Returns the UTF-8 bytes of a token; empty for one without text.
  byte[] bytes(int token) {
    return table.bytes(token);
  }

  /// Groups the tokens of a text into words, with their punctuation.
  ///
  /// @param spaces whether words start with a space; if not, every complete character may be a word
  List<List<Integer>> words(List<Integer> tokens, boolean spaces) {
    return TokenTable.words(
        tokens,
        (word, token) -> {
          byte[] bytes = table.bytes(token);
          return spaces ? bytes.length > 0 && bytes[0] == ' ' : text(word).indexOf(BROKEN) < 0;
        });
  }

  static boolean isTimestamp(int token) {
    return token >= FIRST_TIMESTAMP;
  }

  /// Returns the timestamp token of a time.
  ///
  /// @param seconds from the start of the window, at most 30
  static int timestamp(double seconds) {
    return FIRST_TIMESTAMP + (int) Math.round(Math.max(0, seconds) / TIMESTAMP_STEP);
  }

  /// Returns a timestamp token's time, in seconds from the start of the window.
  static double secondsOf(int timestamp) {
    return (timestamp - FIRST_TIMESTAMP) * TIMESTAMP_STEP;
  }
}
