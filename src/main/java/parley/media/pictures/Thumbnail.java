package parley.media.pictures;

/// A small version of a picture or video frame, upright and without metadata.
///
/// @param width in pixels
/// @param height in pixels
/// @param content the encoded file
public record Thumbnail(
    Size size,
    Encoding encoding,
    int width,
    int height,
    @SuppressWarnings("ArrayRecordComponent") byte[] content) {

  /// The square that a thumbnail fits into. A thumbnail is never larger than the original.
  public enum Size {
    LARGE(800),
    MEDIUM(320),
    SMALL(96);

    private final int box;

    Size(int box) {
      this.box = box;
    }

    /// The maximum length of the longer side, in pixels.
    public int box() {
      return box;
    }
  }

  /// The file format of a thumbnail.
  public enum Encoding {
    WEBP("image/webp", "webp"),
    JPEG("image/jpeg", "jpg");

    private final String mediaType;
    private final String extension;

    Encoding(String mediaType, String extension) {
      this.mediaType = mediaType;
      this.extension = extension;
    }

    public String mediaType() {
      return mediaType;
    }

    String extension() {
      return extension;
    }
  }

  String fileName() {
    return fileName(size, encoding);
  }

  static String fileName(Size size, Encoding encoding) {
    return size.box() + "." + encoding.extension();
  }
}
