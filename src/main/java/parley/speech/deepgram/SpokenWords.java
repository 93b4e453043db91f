package parley.speech.deepgram;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;
import parley.speech.SpeakerTag;
import parley.speech.TranscriptView;
import parley.speech.TranscriptView.SegmentView;
import parley.speech.TranscriptView.WordView;
import parley.speech.diarisation.EstimatedWords;
import parley.speech.transcript.Segment;
import parley.speech.transcript.Word;

/// The words of a transcript, with their channels and the numbers of their speakers.
final class SpokenWords {
  private final Map<String, Integer> speakers = new HashMap<>();

  private SpokenWords() {}

  /// All words in order.
  static List<SpokenWord> of(TranscriptView transcript) {
    SpokenWords numbering = new SpokenWords();
    List<SpokenWord> words = new ArrayList<>();
    for (SegmentView segment : transcript.segments()) {
      int channel = channel(segment);
      Integer speaker = numbering.number(segment.speaker());
      List<WordView> known = segment.words();
      if (known == null || known.isEmpty()) {
        // A relay may tell the times of segments only.
        for (Word word : estimated(segment)) {
          words.add(new SpokenWord(word.text(), word.start(), word.end(), null, channel, speaker));
        }
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

  private static List<Word> estimated(SegmentView segment) {
    return EstimatedWords.of(
            new Segment(segment.start(), segment.end(), segment.text(), List.of(), List.of(), null),
            List.of())
        .words();
  }

  private @Nullable Integer number(@Nullable SpeakerTag speaker) {
    if (speaker == null) {
      return null;
    }
    String key = speaker.id() == null ? speaker.name() : speaker.id();
    return speakers.computeIfAbsent(key, unseen -> speakers.size());
  }
}
