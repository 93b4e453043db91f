package parley.speech.diarisation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BinaryOperator;
import parley.speech.transcript.Segment;
import parley.speech.transcript.Word;

/// Lets segments begin and end with the turns in which they are spoken. Recognition tells times by
/// the attention of its model, diarisation by what can be heard, which is more exact.
public final class SegmentEdges {
  /// How far an edge is moved at most, in seconds. What is farther away is something that was not
  /// recognised, such as laughter.
  private static final double MAX_MOVE = 1;

  private SegmentEdges() {}

  /// Moves the edges. Between two segments of one turn, the first lasts until the second begins.
  ///
  /// @param parts in order of their start
  /// @param turns in order of their start; may overlap
  /// @return the same words, in order of the segments' start
  public static List<AttributedSegment> follow(
      List<AttributedSegment> parts, List<SpeakerTurn> turns) {
    List<AttributedSegment> moved = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      AttributedSegment part = parts.get(i);
      Segment segment = part.segment();
      Optional<SpeakerTurn> first = turn(part, turns, (a, b) -> a);
      Optional<SpeakerTurn> last = turn(part, turns, (a, b) -> b);
      if (first.isEmpty() || last.isEmpty()) {
        moved.add(part);
        continue;
      }
      boolean begins = i == 0 || !isIn(parts.get(i - 1), part, first.get());
      boolean ends = i + 1 == parts.size() || !isIn(parts.get(i + 1), part, last.get());
      double start = begins ? near(segment.start(), first.get().start()) : segment.start();
      double end =
          ends
              ? near(segment.end(), last.get().end())
              : Math.max(segment.end(), parts.get(i + 1).segment().start());
      moved.add(
          new AttributedSegment(within(segment, start, Math.max(start, end)), part.speaker()));
    }
    moved.sort(Comparator.comparingDouble(part -> part.segment().start()));
    return List.copyOf(moved);
  }

  private static Optional<SpeakerTurn> turn(
      AttributedSegment part, List<SpeakerTurn> turns, BinaryOperator<SpeakerTurn> choice) {
    return turns.stream()
        .filter(turn -> turn.label().equals(part.speaker()) && overlaps(part.segment(), turn))
        .reduce(choice);
  }

  private static boolean isIn(
      AttributedSegment neighbour, AttributedSegment part, SpeakerTurn turn) {
    return turn.label().equals(neighbour.speaker())
        && turn.label().equals(part.speaker())
        && overlaps(neighbour.segment(), turn);
  }

  private static boolean overlaps(Segment segment, SpeakerTurn turn) {
    return segment.start() < turn.end() && segment.end() > turn.start();
  }

  private static double near(double edge, double turn) {
    return Math.abs(turn - edge) <= MAX_MOVE ? turn : edge;
  }

  private static Segment within(Segment segment, double start, double end) {
    List<Word> words =
        segment.words().stream()
            .map(word ->
                word.at(Math.clamp(word.start(), start, end), Math.clamp(word.end(), start, end)))
            .toList();
    return new Segment(start, end, segment.text(), words, segment.tokens(), segment.confidence());
  }
}
