package parley.ffmpeg;

import java.util.List;

/// Splits command lines into arguments.
public final class Arguments {
  private Arguments() {}

  /// The words of a string that are separated by single spaces.
  public static List<String> of(String words) {
    return List.of(words.split(" ", -1));
  }
}
