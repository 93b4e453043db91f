package parley.media;

import parley.text.TextEnum;

/// The state of a blob's virus scan. There is none for infected blobs, which are deleted together
/// with all of their entries.
public enum ScanStatus implements TextEnum {
  /// Not scanned yet. Until then, only the owner may read it.
  PENDING,
  CLEAN,
  /// Not scanned, because there was no scanner or the blob exceeds its limits.
  SKIPPED
}
