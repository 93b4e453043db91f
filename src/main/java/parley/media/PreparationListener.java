package parley.media;

import org.jdbi.v3.core.Handle;

/// Hears that all is known of a content that an entry shows.
@FunctionalInterface
public interface PreparationListener {
  /// Called in the transaction that writes what was found, for each entry that shows the content.
  void prepared(Handle transaction, Media media);
}
