package parley.speech.subtitles;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Breaks the tokens of a cue into lines.
final class LineBreaker {
  private LineBreaker() {}

  /// Returns the fewest lines that hold the tokens.
  static int lines(List<Token> tokens, int maxWidth) {
    int lines = 1;
    int width = 0;
    for (Token token : tokens) {
      int added = width == 0 ? token.width() : token.width() + (token.spaced() ? 1 : 0);
      if (width > 0 && width + added > maxWidth) {
        lines++;
        width = token.width();
      } else {
        width += added;
      }
    }
    return lines;
  }

  /// Breaks the tokens into as few lines as hold them: after a phrase where there is one, else into
  /// lines of about the same width.
  static List<String> breakIntoLines(List<Token> tokens, int maxWidth) {
    List<String> lines = new ArrayList<>();
    List<Token> rest = tokens;
    for (int count = lines(tokens, maxWidth); count > 1; count--) {
      int until = firstLine(rest, maxWidth, count);
      lines.add(text(rest.subList(0, until)));
      rest = rest.subList(until, rest.size());
    }
    lines.add(text(rest));
    return lines;
  }

  static List<Token> join(List<Token> first, List<Token> second) {
    return first.isEmpty() ? second : Stream.concat(first.stream(), second.stream()).toList();
  }

  private static String text(List<Token> tokens) {
    StringBuilder text = new StringBuilder();
    for (Token token : tokens) {
      text.append(token.spaced() && !text.isEmpty() ? " " : "").append(token.text());
    }
    return text.toString();
  }

  static int width(List<Token> tokens) {
    int width = 0;
    for (Token token : tokens) {
      width += token.width() + (token.spaced() && width > 0 ? 1 : 0);
    }
    return width;
  }

  private static int firstLine(List<Token> tokens, int maxWidth, int lines) {
    double ideal = (double) width(tokens) / lines;
    int best = 1;
    double lowest = Double.POSITIVE_INFINITY;
    for (int until = 1; until < tokens.size(); until++) {
      int width = width(tokens.subList(0, until));
      if (width > maxWidth) {
        break;
      }
      if (lines(tokens.subList(until, tokens.size()), maxWidth) > lines - 1) {
        continue;
      }
      double cost =
          Math.abs(width - ideal) / maxWidth
              + PhraseBreaks.cost(tokens.get(until - 1), tokens.get(until)) / 2;
      if (cost < lowest) {
        lowest = cost;
        best = until;
      }
    }
    return best;
  }
}
