package parley.speech;

import parley.auth.Caller;
import parley.storage.BlobKey;

/// Where recordings that were uploaded as media are found.
@FunctionalInterface
public interface StoredRecordings {
  /// A stored content and its size in bytes.
  record Recording(BlobKey content, long size) {}

  /// The content of a media entry that the caller may read; else the problem MEDIA_NOT_FOUND.
  Recording find(Caller caller, String mediaId);
}
