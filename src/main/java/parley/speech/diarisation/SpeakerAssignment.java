package parley.speech.diarisation;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.speech.transcript.Segment;
import parley.speech.transcript.Word;

/// Says who spoke each word, by its time, and cuts segments where the speaker changes.
///
/// Where several speak at once a word is the one's who was speaking already. A segment without word
/// times can only go to the one who speaks longest in it.
public final class SpeakerAssignment {
  /// A word of another speaker, alone among words of one, is taken for a word whose time is a bit
  /// wrong when it is shorter than this: seconds.
  private static final double SHORT_WORD = 0.25;

  /// How much of a word a turn must cover for its speaker to have said it without being compared
  /// with others.
  private static final double MOST = 0.5;

  private SpeakerAssignment() {}

  /// Attributes the segments of a transcript.
  ///
  /// @param segments in order
  /// @param turns in order of their start; may overlap
  /// @return the same words in the same order; a segment that had to be cut loses its tokens
  public static List<AttributedSegment> assign(List<Segment> segments, List<SpeakerTurn> turns) {
    List<AttributedSegment> attributed = new ArrayList<>();
    @Nullable String before = null;
    for (Segment segment : segments) {
      if (segment.words().isEmpty()) {
        before = speaker(segment.start(), segment.end(), turns, null);
        attributed.add(new AttributedSegment(segment, before));
      } else {
        List<@Nullable String> speakers = speakers(segment.words(), turns, before);
        cut(segment, speakers, attributed);
        before = speakers.getLast();
      }
    }
    return List.copyOf(attributed);
  }

  private static List<@Nullable String> speakers(
      List<Word> words, List<SpeakerTurn> turns, @Nullable String before) {
    List<@Nullable String> speakers = new ArrayList<>();
    @Nullable String last = before;
    for (Word word : words) {
      last = speaker(word.start(), word.end(), turns, last);
      speakers.add(last);
    }
    for (int i = 1; i < speakers.size() - 1; i++) {
      String one = speakers.get(i - 1);
      if (one != null
          && one.equals(speakers.get(i + 1))
          && words.get(i).end() - words.get(i).start() < SHORT_WORD) {
        speakers.set(i, one);
      }
    }
    return speakers;
  }

  /// Who speaks from `start` to `end`: the last speaker, if they do for most of it, else who does
  /// for longest, else whose turn is nearest.
  private static @Nullable String speaker(
      double start, double end, List<SpeakerTurn> turns, @Nullable String last) {
    @Nullable SpeakerTurn best = null;
    double longest = 0;
    for (SpeakerTurn turn : turns) {
      if (best != null && end - turn.start() <= longest) {
        // Neither this turn nor a later one can share more, or be nearer.
        break;
      }
      double shared = Math.min(end, turn.end()) - Math.max(start, turn.start());
      if (turn.label().equals(last) && shared > 0 && shared >= MOST * (end - start)) {
        return last;
      }
      // Without any overlap `shared` is negative: the distance.
      if (best == null || shared > longest) {
        best = turn;
        longest = shared;
      }
    }
    return best == null ? null : best.label();
  }

  private static void cut(
      Segment segment, List<@Nullable String> speakers, List<AttributedSegment> attributed) {
    List<Word> words = segment.words();
    int from = 0;
    int textFrom = 0;
    int searched = 0;
    for (int i = 0; i < words.size(); i++) {
      int found = segment.text().indexOf(words.get(i).text(), searched);
      // Words are parts of the text; where one is not, its place is where the last one ended.
      int at = found < 0 ? searched : found;
      if (i > 0 && !java.util.Objects.equals(speakers.get(i), speakers.get(i - 1))) {
        attributed.add(part(segment, from, i, textFrom, at, speakers.get(i - 1)));
        from = i;
        textFrom = at;
      }
      searched = found < 0 ? searched : found + words.get(i).text().length();
    }
    attributed.add(
        part(segment, from, words.size(), textFrom, segment.text().length(), speakers.getLast()));
  }

  private static AttributedSegment part(
      Segment segment, int from, int until, int textFrom, int textUntil, @Nullable String speaker) {
    List<Word> words = segment.words().subList(from, until);
    boolean whole = words.size() == segment.words().size();
    if (whole) {
      return new AttributedSegment(segment, speaker);
    }
    return new AttributedSegment(
        new Segment(
            from == 0 ? segment.start() : words.getFirst().start(),
            until == segment.words().size() ? segment.end() : words.getLast().end(),
            segment.text().substring(textFrom, textUntil).strip(),
            words,
            List.of(),
            segment.confidence()),
        speaker);
  }
}
