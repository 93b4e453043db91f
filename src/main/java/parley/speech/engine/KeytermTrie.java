package parley.speech.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import parley.speech.transcript.Keyterms;

/// The tokens of names and terms that are likely to be spoken: contextual biasing by shallow fusion
/// (Zhao et al. 2019, "Shallow-Fusion End-to-End Contextual Biasing"). Each token of a term earns a
/// bonus as it is decoded, so that the term survives in the beam; what a term has earned is taken
/// back if the term is not completed. Immutable.
final class KeytermTrie {
  /// No terms.
  static final KeytermTrie EMPTY = new KeytermTrie(Set.of(), null);

  /// Bonus of each token, as a log probability: how much less likely than another spelling the term
  /// may be.
  private static final double BONUS = 2;

  /// A token that is less likely than the likeliest one by more than this earns nothing, whatever
  /// the caller expects: the audio says otherwise.
  private static final double MAX_DEFICIT = 8;

  /// Scripts whose words are not separated by spaces.
  private static final Set<Character.UnicodeScript> UNSPACED =
      Set.of(
          Character.UnicodeScript.HAN,
          Character.UnicodeScript.HIRAGANA,
          Character.UnicodeScript.KATAKANA,
          Character.UnicodeScript.THAI,
          Character.UnicodeScript.LAO,
          Character.UnicodeScript.MYANMAR,
          Character.UnicodeScript.KHMER);

  /// A beginning of one or more terms.
  static final class Node {
    final Map<Integer, Node> next = new HashMap<>();

    /// Whether a term is complete.
    boolean ends;

    /// Whether that term may be followed by a letter.
    boolean unspaced;
  }

  /// Terms that begin with a space, or in a script without spaces: they may begin anywhere.
  private final Node anywhere = new Node();

  /// Terms that begin without a space: they may not begin within a word.
  private final Node atBoundary = new Node();

  private final @Nullable Vocabulary vocabulary;

  private KeytermTrie(Set<String> spellings, @Nullable Vocabulary vocabulary) {
    this.vocabulary = vocabulary;
    if (vocabulary != null) {
      for (String spelling : spellings) {
        boolean unspaced = isUnspaced(spelling.codePointAt(0));
        add(anywhere, unspaced ? spelling : " " + spelling, vocabulary);
        if (!unspaced) {
          add(atBoundary, spelling, vocabulary);
        }
      }
    }
  }

  /// Builds the trie of terms.
  static KeytermTrie of(Keyterms keyterms, Vocabulary vocabulary) {
    Set<String> spellings = new LinkedHashSet<>();
    for (String term : keyterms.terms()) {
      spellings.add(term);
      // As at the beginning of a sentence.
      spellings.add(
          new StringBuilder()
              .appendCodePoint(Character.toTitleCase(term.codePointAt(0)))
              .append(term.substring(term.offsetByCodePoints(0, 1)))
              .toString());
    }
    return spellings.isEmpty() ? EMPTY : new KeytermTrie(spellings, vocabulary);
  }

  private static void add(Node from, String spelling, Vocabulary vocabulary) {
    Node node = from;
    for (int token : vocabulary.encode(spelling)) {
      node = node.next.computeIfAbsent(token, unknown -> new Node());
    }
    node.ends = true;
    node.unspaced = isUnspaced(spelling.codePointBefore(spelling.length()));
  }

  private static boolean isUnspaced(int letter) {
    return UNSPACED.contains(Character.UnicodeScript.of(letter));
  }

  boolean isEmpty() {
    return vocabulary == null;
  }

  /// A beginning of a term at the end of a sequence.
  ///
  /// @param bonus earned by its tokens
  /// @param complete the part of that which a complete, shorter term has earned
  record Match(Node node, double bonus, double complete) {
    /// What stays if the text ends here.
    double atEnd() {
      return node.ends ? bonus : complete;
    }
  }

  /// The terms of a sequence.
  ///
  /// @param open beginnings of terms at its end
  /// @param earned bonuses of complete terms
  /// @param inWord whether the sequence ends with a letter or digit
  record Matches(List<Match> open, double earned, boolean inWord) {
    static final Matches NONE = new Matches(List.of(), 0, false);

    Matches {
      open = List.copyOf(open);
    }

    /// Returns the bonuses of complete terms, if the text ends here.
    double settled() {
      return earned + open.stream().mapToDouble(Match::atEnd).max().orElse(0);
    }

    /// Returns all bonuses, including those of terms that are not complete.
    double hoped() {
      return earned + open.stream().mapToDouble(Match::bonus).max().orElse(0);
    }
  }

  /// Adds the bonus to the tokens that begin or continue a term.
  ///
  /// @param scores logits of the next token
  /// @return the tokens whose scores are higher now
  Set<Integer> boost(float[] scores, Matches matches) {
    Set<Integer> boosted = new HashSet<>();
    if (isEmpty()) {
      return boosted;
    }
    double min = LogSum.max(scores, 0, scores.length) - MAX_DEFICIT;
    boost(scores, anywhere, min, boosted);
    if (!matches.inWord) {
      boost(scores, atBoundary, min, boosted);
    }
    matches.open.forEach(match -> boost(scores, match.node, min, boosted));
    return boosted;
  }

  private static void boost(float[] scores, Node node, double min, Set<Integer> boosted) {
    for (int token : node.next.keySet()) {
      if (scores[token] >= min && boosted.add(token)) {
        scores[token] += (float) BONUS;
      }
    }
  }

  /// Returns the bonus of a token that [#boost] returned, otherwise 0.
  static double bonus(Set<Integer> boosted, int token) {
    return boosted.contains(token) ? BONUS : 0;
  }

  /// Returns the terms of a sequence with one more token.
  ///
  /// @param bonus of the token
  Matches with(Matches matches, int token, double bonus) {
    if (vocabulary == null) {
      return matches;
    }
    String text = vocabulary.text(List.of(token));
    boolean continues = !text.isEmpty() && Character.isLetterOrDigit(text.codePointAt(0));
    List<Match> open = new ArrayList<>();
    double closed = 0;
    for (Match match : matches.open) {
      boolean ends = match.node.ends && (!continues || match.node.unspaced);
      double complete = ends ? match.bonus : match.complete;
      Node next = match.node.next.get(token);
      if (next == null) {
        // Matches that end together overlap: their tokens earn once.
        closed = Math.max(closed, complete);
      } else {
        open.add(new Match(next, match.bonus + bonus, complete));
      }
    }
    begin(anywhere, token, bonus, open);
    if (!matches.inWord) {
      begin(atBoundary, token, bonus, open);
    }
    boolean inWord =
        !text.isEmpty() && Character.isLetterOrDigit(text.codePointBefore(text.length()));
    return new Matches(open, matches.earned + closed, inWord);
  }

  private static void begin(Node from, int token, double bonus, List<Match> open) {
    Node next = from.next.get(token);
    if (next != null) {
      open.add(new Match(next, bonus, 0));
    }
  }
}
