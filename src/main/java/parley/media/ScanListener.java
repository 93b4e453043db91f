package parley.media;

import org.jdbi.v3.core.Handle;

/// Is notified of the verdicts of virus scans.
@FunctionalInterface
public interface ScanListener {
  /// Called for each entry in the transaction that writes the verdict, before an infected entry is
  /// deleted.
  ///
  /// @param verdict clean, skipped or infected
  void scanned(Handle transaction, Media media, String verdict);
}
