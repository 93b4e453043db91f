package parley.web;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import parley.auth.KeyWatch;

/// A request body that fails with a Problem when the caller's key ends.
final class RevocableInputStream extends FilterInputStream {
  private final KeyWatch.Use use;

  RevocableInputStream(InputStream bytes, KeyWatch.Use use) {
    super(bytes);
    this.use = use;
  }

  @Override
  public int read() throws IOException {
    return looked(in.read());
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    return looked(in.read(target, offset, length));
  }

  private int looked(int read) {
    use.require();
    return read;
  }
}
