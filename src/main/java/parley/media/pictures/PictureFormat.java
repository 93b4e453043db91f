package parley.media.pictures;

/// The formats whose dimensions and thumbnails are known here.
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
