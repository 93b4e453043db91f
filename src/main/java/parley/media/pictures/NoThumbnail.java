package parley.media.pictures;

import parley.text.TextEnum;

/// Why a file has no thumbnail. The names in lower case are part of the API.
public enum NoThumbnail implements TextEnum {
  /// Audio, text or anything else without a picture.
  NO_PICTURE("It is neither a picture nor a video."),
  /// More pixels than the limits allow.
  TOO_MANY_PIXELS("It has too many pixels."),
  /// A kind of picture that cannot be decoded, or not correctly.
  UNSUPPORTED("Pictures of this kind cannot be decoded."),
  /// Inconsistent bytes, or truncated before anything can be shown.
  BROKEN("It is broken."),
  /// Needs more time or memory than the limits allow.
  TOO_COSTLY("It takes too much time or memory to decode.");

  private final String message;

  NoThumbnail(String message) {
    this.message = message;
  }

  /// An explanation for users.
  public String message() {
    return message;
  }
}
