package parley.media;

import org.jdbi.v3.core.Handle;

/// Is notified when a blob is prepared.
@FunctionalInterface
public interface PreparationListener {
  /// Called for each entry of the blob, in the transaction that writes the metadata.
  void prepared(Handle transaction, Media media);
}
