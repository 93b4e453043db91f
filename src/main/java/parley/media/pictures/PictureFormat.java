package parley.media.pictures;

/// The supported picture formats.
public enum PictureFormat {
  JPEG,
  PNG,
  GIF,
  WEBP,
  BMP,
  TIFF,
  HEIC,
  AVIF
}
