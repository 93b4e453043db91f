package parley.speech.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import parley.speech.transcript.Segment;

/// What was said just before, and what was written of it. Whisper understands a short piece much
/// better when it hears it as the end of a longer window, of which it is told the text up to there.
///
/// For one stream and one thread at a time.
final class PromptContext {
  /// Seconds of a window at most, the new piece included. Pieces cut at pauses of 0.3 s then have
  /// 11.4 % of the words of our test conversations wrong; with 8 seconds it is 12.5 %.
  private static final double MAX_SECONDS = 12;

  /// After a pause of so many seconds something else is spoken of.
  private static final double ANOTHER_MATTER = 3;

  /// Of the 448 tokens that the decoder has positions for, a piece may need half.
  private static final int MAX_TOKENS = 160;

  private final Deque<Passage> passages = new ArrayDeque<>();

  private record Passage(Piece piece, List<Segment> segments) {
    int tokens() {
      return segments.stream().mapToInt(segment -> segment.tokens().size() + 2).sum();
    }
  }

  /// The window to decode a piece in; the piece alone when nothing that is near it is remembered.
  Window before(Piece piece) {
    forgetWhatIsFarFrom(piece);
    Piece first = passages.isEmpty() ? piece : passages.getFirst().piece();
    float[] samples = new float[(int) (piece.end() - first.start())];
    List<Integer> prefix = new ArrayList<>();
    for (Passage passage : passages) {
      passage.piece().copyTo(samples, first.start());
      for (Segment segment : passage.segments()) {
        prefix.add(Vocabulary.timestamp(segment.start() - first.startSeconds()));
        prefix.addAll(segment.tokens());
        prefix.add(Vocabulary.timestamp(segment.end() - first.startSeconds()));
      }
    }
    piece.copyTo(samples, first.start());
    return new Window(
        samples, first.startSeconds() - piece.startSeconds(), prefix, piece.spokenAfter(0));
  }

  /// Remembers what was written of a piece. Speech without words of Whisper's own makes it forget
  /// all: they would be written with the next piece.
  void add(Piece piece, List<Segment> segments) {
    if (segments.isEmpty() || segments.stream().anyMatch(segment -> segment.tokens().isEmpty())) {
      passages.clear();
    } else {
      passages.add(new Passage(piece, List.copyOf(segments)));
    }
  }

  /// Forgets all.
  void clear() {
    passages.clear();
  }

  private void forgetWhatIsFarFrom(Piece piece) {
    if (!passages.isEmpty()
        && piece.startSeconds() - passages.getLast().piece().endSeconds() > ANOTHER_MATTER) {
      passages.clear();
    }
    while (!passages.isEmpty()
        && (piece.endSeconds() - passages.getFirst().piece().startSeconds() > MAX_SECONDS
            || passages.stream().mapToInt(Passage::tokens).sum() > MAX_TOKENS)) {
      passages.removeFirst();
    }
  }
}
