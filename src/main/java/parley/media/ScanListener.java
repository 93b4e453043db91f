package parley.media;

import org.jdbi.v3.core.Handle;

/// Hears of each verdict about an entry.
@FunctionalInterface
public interface ScanListener {
  /// Called in the transaction that writes the verdict, before an infected entry is removed.
  ///
  /// @param verdict clean, skipped or infected
  void scanned(Handle transaction, Media media, String verdict);
}
