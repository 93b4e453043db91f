package parley.web;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import parley.auth.KeyWatch;

/// A response that breaks off when the caller's key ends.
final class RevocableOutputStream extends FilterOutputStream {
  private final KeyWatch.Use use;
  private final TimeSlice slice = new TimeSlice();

  RevocableOutputStream(OutputStream out, KeyWatch.Use use) {
    super(out);
    this.use = use;
  }

  @Override
  public void write(int one) throws IOException {
    use.require();
    out.write(one);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    use.require();
    slice.pause();
    out.write(bytes, offset, length);
    slice.resume();
  }
}
