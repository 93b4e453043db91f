package parley.media;

import java.util.Locale;

/// What the virus scanner has said of a content. One that it called infected has no status: it is
/// gone, with every entry that showed it.
public enum ScanStatus {
  /// Not looked at yet. Until then only its uploader may read it.
  PENDING,
  CLEAN,
  /// Never looked at: there was no scanner, or the content is beyond what the scanner looks at.
  SKIPPED;

  /// As it stands in answers and in the database.
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  static ScanStatus of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
