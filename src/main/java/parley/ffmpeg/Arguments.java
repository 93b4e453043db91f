package parley.ffmpeg;

import java.util.List;

/// Arguments of a program, written as in a shell.
public final class Arguments {
  private Arguments() {}

  /// The words of a text with single spaces between them.
  ///
  /// @param values put in its place as [String#format] does; without spaces
  public static List<String> of(String words, Object... values) {
    return List.of(words.formatted(values).split(" ", -1));
  }
}
