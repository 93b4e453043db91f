package parley.speech.subtitles;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Divides a transcript into cues: at the ends of sentences and phrases, as far as lines and time
/// allow. The cheapest division is found by dynamic programming, as Knuth and Plass break
/// paragraphs into lines ("Breaking Paragraphs into Lines", 1981).
public final class CueLayout {
  /// Speech with a longer pause in it is not put into one cue, in seconds.
  private static final double MAX_PAUSE = 1;

  private static final double CUE_COST = 0.5;

  /// For each sentence that ends within a cue: a little more than a cue, so that sentences stand
  /// alone unless they are too short to be read.
  private static final double INNER_SENTENCE_COST = 0.6;

  /// For each second that a cue is too short, and each column a second that it is too fast.
  private static final double SHORT_COST = 2;

  private static final double FAST_COST = 0.1;

  private final LineLimits limits;
  private final boolean names;

  /// Lays cues out without the speakers' names, for formats that have a place for them.
  public CueLayout(LineLimits limits) {
    this(limits, false);
  }

  /// Lays cues out.
  ///
  /// @param names whether each cue's text begins with its speaker's name, as far as that is known
  public CueLayout(LineLimits limits, boolean names) {
    this.limits = limits;
    this.names = names;
  }

  /// Lays out a transcript. No word is lost or moved.
  ///
  /// @param passages in order of their start
  /// @param duration of the recording in seconds, at which the last cue ends at the latest
  /// @return cues in order, which do not overlap, each of one speaker
  public List<Cue> cues(List<Passage> passages, double duration) {
    List<Utterance> utterances = new ArrayList<>();
    List<Token> tokens = new ArrayList<>();
    for (int i = 0; i < passages.size(); i++) {
      Passage passage = passages.get(i);
      List<Token> name = name(passage.speaker());
      tokens.addAll(Token.of(passage, maxTokenWidth(name)));
      if (i + 1 == passages.size() || !continues(passage, passages.get(i + 1))) {
        for (List<Token> cue : divide(List.copyOf(tokens), name)) {
          utterances.add(new Utterance(cue, name, passage.speaker()));
        }
        tokens.clear();
      }
    }
    return CueTimes.of(utterances, limits.width(), duration);
  }

  private static boolean continues(Passage before, Passage after) {
    return Objects.equals(before.speaker(), after.speaker())
        && after.start() - before.end() <= MAX_PAUSE;
  }

  /// The name as the first tokens of a cue, cut at half a line.
  private List<Token> name(@Nullable String speaker) {
    if (!names || speaker == null) {
      return List.of();
    }
    String name = speaker.strip().replaceAll("\\s+", " ");
    int end = DisplayWidth.fitting(name, 0, limits.width() / 2);
    return List.of(
        Token.untimed(name.substring(0, end).strip() + (end < name.length() ? "…:" : ":")));
  }

  /// A line has room for the widest token; the only one, for the name as well.
  private int maxTokenWidth(List<Token> name) {
    return limits.count() > 1 || name.isEmpty()
        ? limits.width()
        : limits.width() - name.getFirst().width() - 1;
  }

  private List<List<Token>> divide(List<Token> tokens, List<Token> name) {
    int count = tokens.size();
    double[] cost = new double[count + 1];
    int[] start = new int[count + 1];
    for (int until = 1; until <= count; until++) {
      cost[until] = Double.POSITIVE_INFINITY;
      for (int from = until - 1; from >= 0 && fits(tokens.subList(from, until), name); from--) {
        double total = cost[from] + cost(tokens, from, until);
        if (total < cost[until]) {
          cost[until] = total;
          start[until] = from;
        }
      }
    }
    List<List<Token>> cues = new ArrayList<>();
    for (int until = count; until > 0; until = start[until]) {
      cues.addFirst(tokens.subList(start[until], until));
    }
    return cues;
  }

  private boolean fits(List<Token> tokens, List<Token> name) {
    return tokens.size() == 1
        || (tokens.getLast().end() - tokens.getFirst().start() <= CueTimes.MAX_SECONDS
            && LineBreaker.lines(LineBreaker.join(name, tokens), limits.width()) <= limits.count());
  }

  private static double cost(List<Token> tokens, int from, int until) {
    List<Token> cue = tokens.subList(from, until);
    double cost = CUE_COST;
    for (Token token : cue.subList(0, cue.size() - 1)) {
      cost += token.endsSentence() ? INNER_SENTENCE_COST : 0;
    }
    double end = cue.getLast().end();
    if (until < tokens.size()) {
      Token next = tokens.get(until);
      cost += PhraseBreaks.cost(cue.getLast(), next);
      end = Math.max(end, next.start());
    } else {
      end += MAX_PAUSE;
    }
    double seconds = Math.max(0.001, end - cue.getFirst().start());
    double rate = LineBreaker.width(cue) / seconds;
    return cost
        + SHORT_COST * Math.max(0, CueTimes.MIN_SECONDS - seconds)
        + FAST_COST * Math.max(0, rate - CueTimes.MAX_COLUMNS_PER_SECOND);
  }
}
