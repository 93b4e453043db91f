package parley.media;

import java.util.Locale;

/// The state of a blob's virus scan. There is none for infected blobs, which are deleted together
/// with all of their entries.
public enum ScanStatus {
  /// Not scanned yet. Until then, only the owner may read it.
  PENDING,
  CLEAN,
  /// Not scanned, because there was no scanner or the blob exceeds its limits.
  SKIPPED;

  /// The form in responses and in the database.
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  static ScanStatus of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
