package parley.speech;

import parley.auth.Caller;
import parley.media.MediaId;
import parley.storage.BlobKey;

/// Where recordings that were uploaded as media are found.
@FunctionalInterface
public interface StoredRecordings {
  /// A media entry's content, its size in bytes and its file's name.
  record Recording(MediaId media, BlobKey content, long size, String fileName) {}

  /// The content of a media entry that the caller may read; else the problem MEDIA_NOT_FOUND.
  Recording find(Caller caller, String mediaId);
}
