package parley.speech.subtitles;

import java.lang.Character.UnicodeScript;
import java.text.BreakIterator;
import java.util.Locale;
import java.util.Set;

/// How wide text is on screen, in columns: one for each character that a reader sees, two for
/// Chinese, Japanese and Korean ones (Unicode Standard Annex 11, "East Asian Width").
final class DisplayWidth {
  private static final Set<UnicodeScript> WIDE =
      Set.of(
          UnicodeScript.HAN,
          UnicodeScript.HIRAGANA,
          UnicodeScript.KATAKANA,
          UnicodeScript.HANGUL,
          UnicodeScript.BOPOMOFO);

  private DisplayWidth() {}

  static int of(CharSequence text) {
    int width = 0;
    BreakIterator characters = BreakIterator.getCharacterInstance(Locale.ROOT);
    characters.setText(text.toString());
    int at = characters.first();
    for (int next = characters.next(); next != BreakIterator.DONE; next = characters.next()) {
      width += ofCharacter(Character.codePointAt(text, at));
      at = next;
    }
    return width;
  }

  /// Returns the end of the longest run of whole characters from `from` on that fits into `width`
  /// columns; at least one character.
  static int fitting(String text, int from, int width) {
    BreakIterator characters = BreakIterator.getCharacterInstance(Locale.ROOT);
    characters.setText(text);
    int used = 0;
    int at = from;
    while (at < text.length()) {
      used += ofCharacter(text.codePointAt(at));
      if (used > width && at > from) {
        return at;
      }
      at = characters.following(at);
    }
    return at;
  }

  private static int ofCharacter(int codePoint) {
    boolean fullWidth =
        (codePoint >= 0x3000 && codePoint <= 0x303F)
            || (codePoint >= 0xFF01 && codePoint <= 0xFF60);
    return fullWidth || WIDE.contains(UnicodeScript.of(codePoint)) ? 2 : 1;
  }
}
