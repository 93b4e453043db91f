package parley.media.scanning;

/// What a scanner said of a file. Only [Clean] lets the file out.
public sealed interface ScanResult {
  /// The whole file was looked at, and nothing found.
  record Clean() implements ScanResult {}

  /// Something was found.
  ///
  /// @param signature its name, as the scanner's makers call it
  record Infected(String signature) implements ScanResult {}

  /// The file, or what it unpacks to, is beyond what the scanner looks at. Asking again does not
  /// help until the scanner's limits change.
  ///
  /// @param reason which limit, for the log
  record TooLarge(String reason) implements ScanResult {}

  /// No scanner gave an answer. Asking again later may.
  ///
  /// @param reason what each of them did, for the log
  record Unavailable(String reason) implements ScanResult {}
}
