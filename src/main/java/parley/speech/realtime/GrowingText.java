package parley.speech.realtime;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The text of an item, which a client sees grow and can never take back. Words are sent as soon as
/// two partial results agree on them; where the final text differs, what was sent stays, and the
/// final text goes on after the words that correspond to it.
final class GrowingText {
  /// A word with its punctuation; scripts without spaces count by characters.
  private static final Pattern WORD =
      Pattern.compile(
          "[\\p{IsHan}\\p{IsHiragana}\\p{IsKatakana}\\p{IsThai}\\p{IsLao}\\p{IsKhmer}\\p{IsMyanmar}]"
              + "|[^\\s\\p{IsHan}\\p{IsHiragana}\\p{IsKatakana}\\p{IsThai}\\p{IsLao}\\p{IsKhmer}"
              + "\\p{IsMyanmar}]+");

  private final StringBuilder finals = new StringBuilder();
  private boolean sentAny;

  /// What was sent of the passage that is not final yet.
  private String sentPartial = "";

  /// Words of that, of which there is no final text yet.
  private List<Word> unconfirmed = List.of();

  private boolean inFinals;

  /// @param end offset in the text
  private record Word(String normalised, int end) {}

  /// Everything that is final.
  String transcript() {
    return finals.toString();
  }

  /// Takes words of the next passage on which partial results agree.
  ///
  /// @return what to send; may be empty
  String agreed(String text) {
    if (inFinals) {
      next();
    }
    if (!text.startsWith(sentPartial) || text.length() == sentPartial.length()) {
      return "";
    }
    String more = text.substring(sentPartial.length());
    String delta = sentPartial.isEmpty() && sentAny ? " " + more : more;
    sentPartial = text;
    unconfirmed = words(text);
    sentAny = true;
    return delta;
  }

  /// Takes final text of the passage.
  ///
  /// @return what to send; may be empty
  String settled(String text) {
    inFinals = true;
    boolean first = finals.isEmpty();
    finals.append(first ? "" : " ").append(text);
    List<Word> said = words(text);
    Alignment aligned = align(unconfirmed, said);
    unconfirmed = unconfirmed.subList(aligned.sent(), unconfirmed.size());
    int from = aligned.said() == 0 ? 0 : said.get(aligned.said() - 1).end();
    String more = text.substring(from);
    if (more.isBlank()) {
      return "";
    }
    String delta = from == 0 && sentAny ? " " + more : more;
    sentAny = true;
    return delta;
  }

  /// The next text belongs to another passage.
  void next() {
    inFinals = false;
    sentPartial = "";
    unconfirmed = List.of();
  }

  /// How many words correspond to each other.
  private record Alignment(int sent, int said) {}

  /// Finds the best match of either all sent words with the beginning of the final ones, or all
  /// final words with the beginning of the sent ones, by edit distance.
  private static Alignment align(List<Word> sent, List<Word> said) {
    if (sent.isEmpty()) {
      return new Alignment(0, 0);
    }
    int[][] cost = new int[sent.size() + 1][said.size() + 1];
    for (int i = 0; i <= sent.size(); i++) {
      for (int j = 0; j <= said.size(); j++) {
        if (i == 0 || j == 0) {
          cost[i][j] = i + j;
          continue;
        }
        boolean same = sent.get(i - 1).normalised().equals(said.get(j - 1).normalised());
        cost[i][j] =
            Math.min(
                cost[i - 1][j - 1] + (same ? 0 : 1), 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
      }
    }
    Alignment best = new Alignment(sent.size(), said.size());
    for (int j = said.size(); j >= 0; j--) {
      if (cost[sent.size()][j] < cost[best.sent()][best.said()]) {
        best = new Alignment(sent.size(), j);
      }
    }
    for (int i = 0; i < sent.size(); i++) {
      if (cost[i][said.size()] < cost[best.sent()][best.said()]) {
        best = new Alignment(i, said.size());
      }
    }
    boolean alike = cost[best.sent()][best.said()] < sent.size();
    return alike ? best : new Alignment(sent.size(), 0);
  }

  private static List<Word> words(String text) {
    List<Word> words = new ArrayList<>();
    Matcher matcher = WORD.matcher(text);
    while (matcher.find()) {
      String normalised =
          matcher.group().replaceAll("[^\\p{L}\\p{N}]", "").toLowerCase(Locale.ROOT);
      words.add(new Word(normalised, matcher.end()));
    }
    return words;
  }
}
