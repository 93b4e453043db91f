package parley.storage;

import java.io.IOException;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// Checks while a file is being received whether it may grow further. Not thread-safe.
///
/// What a file has grown to is reserved, so that uploads at a time do not each use up the remaining
/// space.
///
/// Files that the uploader has already stored take no space, but whether an upload is one of them
/// is only certain at its end. An upload that exceeds the remaining space therefore continues as
/// long as it could be one of the uploader's own blobs: it begins like one and is no longer. Blobs
/// of other users count in full, so that nobody can find out, in a tenant whose storage is full,
/// what others have stored.
public final class UploadQuota {
  /// The size of the head by which blobs are recognized early.
  static final int HEAD_BYTES = 64 * 1024;

  /// Not queried yet: forms without a file need no query.
  private static final long UNKNOWN = -1;

  private final Blobs blobs;
  private final UploadReservations reservations;
  private final TenantId tenant;
  private final UserId owner;
  private final long maxBytes;
  private long limit = UNKNOWN;

  /// The size of the largest blob that this file may turn out to be.
  private long maxStored = UNKNOWN;

  private long reserved;

  UploadQuota(
      Blobs blobs, UploadReservations reservations, TenantId tenant, UserId owner, long maxBytes) {
    this.blobs = blobs;
    this.reservations = reservations;
    this.tenant = tenant;
    this.owner = owner;
    this.maxBytes = maxBytes;
  }

  /// Throws MEDIA_TOO_LARGE or MEDIA_QUOTA_EXCEEDED if the file must not grow by `more` bytes.
  public void take(SpoolFile file, int more) throws IOException {
    long size = file.size() + more;
    if (size > maxBytes) {
      throw new Problem(
          ProblemCode.MEDIA_TOO_LARGE, "A file may have at most " + maxBytes + " bytes.");
    }
    if (limit == UNKNOWN) {
      limit = Math.max(0, blobs.remaining(tenant));
      file.whenSettled(() -> reservations.release(tenant, reserved));
    }
    if (reserve(size)) {
      return;
    }
    if (file.size() < HEAD_BYTES) {
      // Too short to decide. The quota is checked again when the file is kept.
      return;
    }
    if (maxStored == UNKNOWN) {
      maxStored = blobs.maxSizeBeginningWith(tenant, owner, file.head(HEAD_BYTES));
    }
    if (size > maxStored) {
      throw new Problem(ProblemCode.MEDIA_QUOTA_EXCEEDED, "The tenant's storage is full.");
    }
  }

  private boolean reserve(long size) {
    if (limit == Long.MAX_VALUE) {
      return true;
    }
    boolean fits = reservations.tryGrow(tenant, reserved, size, limit);
    reserved = fits ? size : 0;
    return fits;
  }
}
