package parley.speech.subtitles;

import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import parley.speech.transcript.Word;

/// A piece of text that stays on one line: a word as a rule.
///
/// @param text without spaces around it
/// @param spaced whether a space separates it from a token before it on the same line
/// @param start seconds from the start of the recording
/// @param end seconds, not before `start`
/// @param width in columns
record Token(String text, boolean spaced, double start, double end, int width) {
  private static final String SENTENCE_ENDS = ".?!…。？！؟।";
  private static final String PHRASE_ENDS = ",;:–—、，；：،";
  private static final String CLOSING = "\"'”’»)]」』";

  private Token(String text, boolean spaced, double start, double end) {
    this(text, spaced, start, end, DisplayWidth.of(text));
  }

  /// Text that is not spoken.
  static Token untimed(String text) {
    return new Token(text, true, 0, 0);
  }

  /// Divides a passage into tokens no wider than `maxWidth`.
  static List<Token> of(Passage passage, int maxWidth) {
    List<Token> tokens = new ArrayList<>();
    for (Token token : passage.words().isEmpty() ? estimated(passage) : timed(passage)) {
      token.divide(maxWidth, tokens);
    }
    return tokens;
  }

  boolean endsSentence() {
    return SENTENCE_ENDS.indexOf(lastCharacter()) >= 0;
  }

  boolean endsPhrase() {
    return PHRASE_ENDS.indexOf(lastCharacter()) >= 0;
  }

  private char lastCharacter() {
    int last = text.length() - 1;
    while (last > 0 && CLOSING.indexOf(text.charAt(last)) >= 0) {
      last--;
    }
    return text.charAt(last);
  }

  /// Returns the words with their times. Text that belongs to no word, which should not occur, goes
  /// with the word before it.
  private static List<Token> timed(Passage passage) {
    String text = passage.text();
    List<Integer> starts = new ArrayList<>();
    List<Word> words = new ArrayList<>();
    int searched = 0;
    for (Word word : passage.words()) {
      int found = text.indexOf(word.text(), searched);
      if (found >= 0) {
        starts.add(words.isEmpty() ? 0 : found);
        words.add(word);
        searched = found + word.text().length();
      }
    }
    if (words.isEmpty()) {
      return estimated(passage);
    }
    List<Token> tokens = new ArrayList<>();
    double end = passage.start();
    for (int i = 0; i < words.size(); i++) {
      int until = i + 1 < words.size() ? starts.get(i + 1) : text.length();
      double start = Math.max(end, words.get(i).start());
      end = Math.max(start, words.get(i).end());
      add(tokens, text, starts.get(i), until, start, end);
    }
    return tokens;
  }

  /// Divides the time of a passage among its words by their width.
  private static List<Token> estimated(Passage passage) {
    String text = passage.text();
    double seconds = passage.end() - passage.start();
    double perColumn = seconds / Math.max(1, DisplayWidth.of(text));
    BreakIterator lines = BreakIterator.getLineInstance(Locale.ROOT);
    lines.setText(text);
    List<Token> tokens = new ArrayList<>();
    double start = passage.start();
    int from = lines.first();
    for (int until = lines.next(); until != BreakIterator.DONE; until = lines.next()) {
      double end = start + DisplayWidth.of(text.substring(from, until)) * perColumn;
      add(tokens, text, from, until, start, end);
      start = end;
      from = until;
    }
    return tokens;
  }

  private static void add(
      List<Token> tokens, String text, int from, int until, double start, double end) {
    String token = text.substring(from, until).strip();
    if (!token.isEmpty()) {
      boolean spaced = from == 0 || Character.isWhitespace(text.charAt(from - 1));
      tokens.add(new Token(token, spaced, start, end));
    }
  }

  /// Cuts what is too wide for a line, such as an address, wherever the line ends.
  private void divide(int maxWidth, List<Token> tokens) {
    if (width <= maxWidth) {
      tokens.add(this);
      return;
    }
    double perColumn = (end - start) / width;
    double from = start;
    int at = 0;
    while (at < text.length()) {
      int until = DisplayWidth.fitting(text, at, maxWidth);
      String part = text.substring(at, until);
      double to = Math.min(end, from + DisplayWidth.of(part) * perColumn);
      tokens.add(new Token(part, spaced && at == 0, from, to));
      from = to;
      at = until;
    }
  }
}
