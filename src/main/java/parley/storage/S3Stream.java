package parley.storage;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/// Reads an object from S3. A connection that breaks means that the store is unavailable. Closing
/// the stream early aborts the request instead of reading the rest.
final class S3Stream extends FilterInputStream {
  private final ResponseInputStream<GetObjectResponse> bytes;
  private long left;

  S3Stream(ResponseInputStream<GetObjectResponse> bytes, long length) {
    super(bytes);
    this.bytes = bytes;
    this.left = length;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    if (left == 0) {
      return -1;
    }
    try {
      int count = bytes.read(buffer, offset, (int) Math.min(length, left));
      if (count < 0) {
        throw new EOFException("it ended " + left + " bytes early");
      }
      left -= count;
      return count;
    } catch (IOException | RuntimeException broken) {
      throw new StorageUnavailable("a content broke off: " + broken.getMessage(), broken);
    }
  }

  @Override
  public long skip(long count) throws IOException {
    byte[] passed = new byte[(int) Math.min(64 * 1024, Math.max(0, count))];
    return Math.max(0, read(passed, 0, passed.length));
  }

  @Override
  public int available() {
    return 0;
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  @Override
  public void close() throws IOException {
    if (left == 0) {
      bytes.close();
    } else {
      bytes.abort();
    }
  }
}
