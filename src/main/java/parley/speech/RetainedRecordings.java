package parley.speech;

import org.jdbi.v3.core.Handle;
import parley.media.MediaId;
import parley.storage.BlobKey;
import parley.tenants.UserId;

/// Where recordings stay that a tenant wants to keep.
@FunctionalInterface
public interface RetainedRecordings {
  /// Keeps a recording of the user within the transaction; its content is in use until then.
  ///
  /// @param id of the media entry it becomes
  /// @param fileName as the user sent it, cleaned
  void retain(Handle transaction, MediaId id, BlobKey content, UserId owner, String fileName);
}
