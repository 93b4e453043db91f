package parley.media.pictures;

import java.util.Arrays;
import java.util.Locale;

/// Why there is no thumbnail. The names in lower case are part of the API.
public enum NoThumbnail {
  /// It is a sound, a text or anything else that shows nothing.
  NO_PICTURE("It is neither a picture nor a video."),
  /// It has more pixels than are decoded.
  TOO_MANY_PIXELS("It has too many pixels."),
  /// It is of a kind of picture that cannot be decoded, or not rightly.
  UNSUPPORTED("Pictures of this kind cannot be decoded."),
  /// Its bytes contradict themselves or end before anything can be seen.
  BROKEN("It is broken."),
  /// It takes more time or memory than is spent on one file.
  TOO_COSTLY("It takes too much to decode.");

  private final String message;

  NoThumbnail(String message) {
    this.message = message;
  }

  /// As written in answers and in the database.
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// For people.
  public String message() {
    return message;
  }

  /// The reason that is written so.
  public static NoThumbnail of(String text) {
    return Arrays.stream(values())
        .filter(reason -> reason.text().equals(text))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no such reason: " + text));
  }
}
