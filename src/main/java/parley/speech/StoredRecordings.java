package parley.speech;

import parley.auth.Caller;
import parley.media.MediaId;
import parley.storage.BlobKey;

/// Where recordings that were uploaded as media are found.
@FunctionalInterface
public interface StoredRecordings {
  /// A media entry's content and its size in bytes.
  record Recording(MediaId media, BlobKey content, long size) {}

  /// The content of a media entry that the caller may read; else the problem MEDIA_NOT_FOUND.
  Recording find(Caller caller, String mediaId);
}
