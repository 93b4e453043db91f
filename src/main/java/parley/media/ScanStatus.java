package parley.media;

import java.util.Locale;

/// The virus scanner's verdict on a content. Infected contents have no status: they are deleted
/// together with every entry that showed them.
public enum ScanStatus {
  /// Not looked at yet. Until then only its uploader may read it.
  PENDING,
  CLEAN,
  /// Never looked at: there was no scanner, or the content is beyond what the scanner looks at.
  SKIPPED;

  /// As written in responses and in the database.
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  static ScanStatus of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
