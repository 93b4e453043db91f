package parley.media.scanning;

import java.time.Duration;

/// How clamd is asked.
///
/// @param connecting how long a connection or a short command may take
/// @param scanning how long one file may take, with all of its bytes on the way
/// @param maxFileBytes files of more bytes are not even sent. It must not exceed clamd's own
///   `MaxFileSize`, beyond which clamd passes everything unless `AlertExceedsMax` is set
/// @param trustsArchivesWithoutAlerts whether archives and documents are called clean by a clamd
///   that keeps silent about what it did not unpack
public record ClamdSettings(
    Duration connecting,
    Duration scanning,
    long maxFileBytes,
    boolean trustsArchivesWithoutAlerts) {

  /// clamd's own defaults (clamd.conf(5), version 1.4): `MaxFileSize` 100 MB, `MaxScanTime` 120 s
  /// and some time for the bytes.
  public static ClamdSettings standard() {
    return new ClamdSettings(Duration.ofSeconds(5), Duration.ofMinutes(5), 100_000_000, false);
  }
}
