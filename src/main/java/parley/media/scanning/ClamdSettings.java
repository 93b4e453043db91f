package parley.media.scanning;

import java.time.Duration;

/// Settings for clamd.
///
/// @param connecting the time limit of a connection attempt or short command
/// @param scanning the time limit for sending and scanning a file
/// @param maxFileBytes larger files are not sent. Must not exceed clamd's `MaxFileSize`, beyond
///   which clamd accepts everything unless `AlertExceedsMax` is set
/// @param trustsArchivesWithoutAlerts whether archives and documents count as clean although clamd
///   does not report what it skipped
public record ClamdSettings(
    Duration connecting,
    Duration scanning,
    long maxFileBytes,
    boolean trustsArchivesWithoutAlerts) {

  /// Matches clamd's defaults (clamd.conf(5), version 1.4): `MaxFileSize` 100 MB and `MaxScanTime`
  /// 120 s, plus time to send the file.
  public static ClamdSettings standard() {
    return new ClamdSettings(Duration.ofSeconds(5), Duration.ofMinutes(5), 100_000_000, false);
  }
}
