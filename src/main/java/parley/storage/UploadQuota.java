package parley.storage;

import java.io.IOException;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// Decides while a file arrives whether it may continue. Not thread-safe.
///
/// Contents that the uploader has stored already take no space, but whether an upload is one of
/// them is only certain at its end. So an upload beyond the remaining space continues as long as it
/// may turn out to be one of the uploader's own contents: while it begins like one and is not
/// longer. Contents of other users count in full, so that nobody can find out in a full tenant who
/// has what.
public final class UploadQuota {
  /// How much of a content tells it from others early.
  static final int HEAD_BYTES = 64 * 1024;

  /// Nobody asks the database for the sake of a form without a file.
  private static final long UNKNOWN = -1;

  private final Blobs blobs;
  private final TenantId tenant;
  private final UserId owner;
  private final long maxBytes;
  private long limit = UNKNOWN;
  private boolean searchedStored;

  UploadQuota(Blobs blobs, TenantId tenant, UserId owner, long maxBytes) {
    this.blobs = blobs;
    this.tenant = tenant;
    this.owner = owner;
    this.maxBytes = maxBytes;
  }

  /// Throws MEDIA_TOO_LARGE or MEDIA_QUOTA_EXCEEDED when the file must not take `more` bytes.
  public void take(SpoolFile file, int more) throws IOException {
    long size = file.size() + more;
    if (size > maxBytes) {
      throw new Problem(
          ProblemCode.MEDIA_TOO_LARGE, "A file may have at most " + maxBytes + " bytes.");
    }
    if (limit == UNKNOWN) {
      limit = Math.max(0, blobs.remaining(tenant));
    }
    if (size <= limit) {
      return;
    }
    if (file.size() < HEAD_BYTES) {
      // Too little to tell. It is counted again when it is kept.
      return;
    }
    if (!searchedStored) {
      searchedStored = true;
      limit = Math.max(limit, blobs.maxSizeBeginningWith(tenant, owner, file.head(HEAD_BYTES)));
      if (size <= limit) {
        return;
      }
    }
    throw new Problem(ProblemCode.MEDIA_QUOTA_EXCEEDED, "The tenant's storage is full.");
  }
}
