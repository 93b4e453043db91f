package parley.ffmpeg;

import java.util.List;

/// Arguments of a program, written as in a shell.
public final class Arguments {
  private Arguments() {}

  /// The words of a text with single spaces between them.
  public static List<String> of(String words) {
    return List.of(words.split(" ", -1));
  }
}
