package parley.web;

import jakarta.servlet.http.HttpServletRequest;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.io.IOUtils;

/// A range of a file as a response body.
///
/// @param offset of the first byte
/// @param length in bytes
record FileBody(Path file, long offset, long length) {
  private static final int BUFFER_BYTES = 64 * 1024;

  /// Throws EOFException if the file is too short.
  void requireWhole() throws IOException {
    if (Files.size(file) < offset + length) {
      throw new EOFException(file + " is shorter than it was when it was stored");
    }
  }

  /// Delegates the copying to Tomcat and the kernel
  /// (https://tomcat.apache.org/tomcat-11.0-doc/aio.html); returns false if the connection does not
  /// support it.
  boolean sendByKernel(HttpServletRequest request) {
    if (!Boolean.TRUE.equals(request.getAttribute("org.apache.tomcat.sendfile.support"))) {
      return false;
    }
    request.setAttribute("org.apache.tomcat.sendfile.filename", file.toString());
    request.setAttribute("org.apache.tomcat.sendfile.start", offset);
    request.setAttribute("org.apache.tomcat.sendfile.end", offset + length);
    return true;
  }

  /// Copies the range; blocks while the client reads.
  void copyTo(OutputStream out) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      if (IOUtils.copyLarge(in, out, offset, length, new byte[BUFFER_BYTES]) < length) {
        throw new EOFException("the file ended early");
      }
    }
  }
}
