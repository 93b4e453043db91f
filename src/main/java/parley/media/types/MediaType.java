package parley.media.types;

import java.util.Set;

/// A media type without parameters, such as `audio/wav`, in lower case.
public record MediaType(String value) {
  public static final MediaType UNKNOWN = new MediaType("application/octet-stream");
  public static final MediaType TEXT = new MediaType("text/plain");

  /// Formats that can only be displayed or played. Not among them are SVG, HTML, XML and PDF, which
  /// can contain scripts, and anything that a browser might mistake for them.
  private static final Set<String> SHOWN_IN_PLACE =
      Set.of(
          "image/jpeg",
          "image/png",
          "image/gif",
          "image/webp",
          "image/avif",
          "video/mp4",
          "video/webm",
          "text/plain");

  private static final Set<String> PICTURES =
      Set.of(
          "image/jpeg",
          "image/png",
          "image/gif",
          "image/webp",
          "image/avif",
          "image/bmp",
          "image/tiff",
          "image/heic",
          "image/heif");

  private static final Set<String> HEIF = Set.of("image/avif", "image/heic", "image/heif");

  private static final Set<String> DOCUMENTS =
      Set.of(
          "application/pdf",
          "application/rtf",
          "application/json",
          "application/xml",
          "application/epub+zip",
          "application/msword",
          "application/vnd.ms-excel",
          "application/vnd.ms-outlook",
          "application/vnd.ms-powerpoint",
          "application/xhtml+xml",
          "application/yaml",
          "application/x-subrip",
          "application/postscript");

  private static final Set<String> DOCUMENT_FAMILIES =
      Set.of(
          "application/vnd.openxmlformats-officedocument.", "application/vnd.oasis.opendocument.");

  /// Whether browsers may display it; everything else has to be saved. Either way, responses carry
  /// `nosniff` and a sandbox.
  public boolean isSafeInline() {
    return SHOWN_IN_PLACE.contains(value) || isAudio();
  }

  /// Whether it is a picture format with support for dimensions and thumbnails.
  public boolean isPicture() {
    return PICTURES.contains(value);
  }

  /// Whether it is a picture or image sequence in an ISO media file.
  public boolean isHeif() {
    return HEIF.contains(value);
  }

  /// Whether it is a picture, document, audio or video, rather than a program or unknown data.
  public boolean isCommonContent() {
    return value.startsWith("image/")
        || value.startsWith("text/")
        || isAudio()
        || isVideo()
        || DOCUMENTS.contains(value)
        || DOCUMENT_FAMILIES.stream().anyMatch(value::startsWith);
  }

  public boolean isAudio() {
    return value.startsWith("audio/");
  }

  public boolean isVideo() {
    return value.startsWith("video/");
  }

  @Override
  public String toString() {
    return value;
  }
}
