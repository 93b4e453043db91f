package parley.speech.deepgram;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;
import parley.speech.TranscriptView;
import parley.speech.TranscriptView.SegmentView;
import parley.speech.TranscriptView.WordView;
import parley.speech.diarisation.EstimatedWords;
import parley.speech.transcript.Segment;

/// The words of a transcript, with their channels and the numbers of their speakers.
final class SpokenWords {
  private SpokenWords() {}

  /// All words in order.
  static List<SpokenWord> of(TranscriptView transcript) {
    SpeakerNumbers speakers = new SpeakerNumbers();
    List<SpokenWord> words = new ArrayList<>();
    for (SegmentView segment : transcript.segments()) {
      int channel = channel(segment);
      Integer speaker = speakers.of(segment.speaker());
      List<WordView> known = segment.words();
      if (known == null || known.isEmpty()) {
        // A relay may tell the times of segments only.
        words.addAll(estimated(segment.text(), segment.start(), segment.end(), channel, speaker));
      } else {
        for (WordView word : known) {
          words.add(
              new SpokenWord(
                  word.text(), word.start(), word.end(), word.confidence(), channel, speaker));
        }
      }
    }
    return words;
  }

  /// The channel of a segment, 0 where channels were mixed.
  static int channel(SegmentView segment) {
    return segment.channel() == null ? 0 : segment.channel();
  }

  /// Divides words into groups.
  ///
  /// @param splits whether a word begins a new group, given the one before
  static List<List<SpokenWord>> groups(
      List<SpokenWord> words, BiPredicate<List<SpokenWord>, SpokenWord> splits) {
    List<List<SpokenWord>> groups = new ArrayList<>();
    List<SpokenWord> group = new ArrayList<>();
    for (SpokenWord word : words) {
      if (!group.isEmpty() && splits.test(group, word)) {
        groups.add(group);
        group = new ArrayList<>();
      }
      group.add(word);
    }
    if (!group.isEmpty()) {
      groups.add(group);
    }
    return groups;
  }

  /// The words of a text whose own times are not known.
  static List<SpokenWord> estimated(
      String text, double start, double end, int channel, @Nullable Integer speaker) {
    Segment segment = new Segment(start, end, text, List.of(), List.of(), null);
    return EstimatedWords.of(segment, List.of()).words().stream()
        .map(word -> new SpokenWord(word.text(), word.start(), word.end(), null, channel, speaker))
        .toList();
  }
}
