package parley.speech.diarisation;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import parley.speech.transcript.Segment;
import parley.speech.transcript.Word;

/// Word times for segments that come without: each word gets a share of the time in which somebody
/// speaks that is proportional to its length.
public final class EstimatedWords {
  /// Scripts without spaces between words: each character counts as one.
  private static final Set<Character.UnicodeScript> WITHOUT_SPACES =
      Set.of(
          Character.UnicodeScript.HAN,
          Character.UnicodeScript.HIRAGANA,
          Character.UnicodeScript.KATAKANA,
          Character.UnicodeScript.THAI,
          Character.UnicodeScript.LAO,
          Character.UnicodeScript.KHMER,
          Character.UnicodeScript.MYANMAR);

  private static final double ROUNDING = 1e-6;

  private EstimatedWords() {}

  /// The segment with estimated word times; unchanged if it has word times.
  ///
  /// @param turns in order of their start; may overlap
  public static Segment of(Segment segment, List<SpeakerTurn> turns) {
    if (!segment.words().isEmpty()) {
      return segment;
    }
    List<String> texts = words(segment.text());
    int length = texts.stream().mapToInt(EstimatedWords::weight).sum();
    List<double[]> speech = speech(segment, turns);
    double seconds = speech.stream().mapToDouble(span -> span[1] - span[0]).sum();
    List<Word> words = new ArrayList<>();
    int before = 0;
    for (String text : texts) {
      double start = start(speech, seconds * before / length);
      before += weight(text);
      words.add(new Word(start, Math.max(start, end(speech, seconds * before / length)), text));
    }
    return new Segment(
        segment.start(),
        segment.end(),
        segment.text(),
        words,
        segment.tokens(),
        segment.confidence());
  }

  private static int weight(String word) {
    return word.length() + 1;
  }

  private static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    for (String word : text.strip().split("\\s+", -1)) {
      if (word.codePoints().anyMatch(EstimatedWords::isWord)) {
        word.codePoints().forEach(letter -> words.add(Character.toString(letter)));
      } else if (!word.isEmpty()) {
        words.add(word);
      }
    }
    return words;
  }

  private static boolean isWord(int letter) {
    return WITHOUT_SPACES.contains(Character.UnicodeScript.of(letter));
  }

  /// Where in the segment somebody speaks: all of it if nobody does.
  private static List<double[]> speech(Segment segment, List<SpeakerTurn> turns) {
    List<double[]> speech = new ArrayList<>();
    double reached = segment.start();
    for (SpeakerTurn turn : turns) {
      double start = Math.max(reached, turn.start());
      double end = Math.min(segment.end(), turn.end());
      if (end > start) {
        speech.add(new double[] {start, end});
        reached = end;
      }
    }
    return speech.isEmpty()
        ? List.of(new double[] {segment.start(), segment.end()})
        : List.copyOf(speech);
  }

  /// When speech goes on after so many seconds of it.
  private static double start(List<double[]> speech, double spoken) {
    double left = spoken;
    for (double[] span : speech) {
      double length = span[1] - span[0];
      if (left < length - ROUNDING) {
        return span[0] + left;
      }
      left -= length;
    }
    return speech.getLast()[1];
  }

  /// When so many seconds of speech are over.
  private static double end(List<double[]> speech, double spoken) {
    double left = spoken;
    for (double[] span : speech) {
      double length = span[1] - span[0];
      if (left <= length + ROUNDING) {
        return Math.min(span[1], span[0] + left);
      }
      left -= length;
    }
    return speech.getLast()[1];
  }
}
