package parley.media.scanning;

/// The result of a scan. Only a [Clean] file may be read by others.
public sealed interface ScanResult {
  /// The whole file was scanned, and nothing was found.
  record Clean() implements ScanResult {}

  /// A virus was found.
  ///
  /// @param signature the scanner's name for it
  record Infected(String signature) implements ScanResult {}

  /// The file or its unpacked content exceeds the scanner's limits. Scanning again does not help
  /// until these change.
  ///
  /// @param reason which limit, for the log
  record TooLarge(String reason) implements ScanResult {}

  /// No scanner gave a result. Scanning again later may help.
  ///
  /// @param reason what happened at each address, for the log
  record Unavailable(String reason) implements ScanResult {}
}
