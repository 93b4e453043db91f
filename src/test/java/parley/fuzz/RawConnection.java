package parley.fuzz;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A connection on which anything can be said, as no HTTP client would say it.
final class RawConnection implements Closeable {
  /// Far longer than any answer takes: beyond it the server hangs.
  private static final int HANGS_MILLIS = 60_000;

  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;

  private RawConnection(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream(), 32 * 1024);
    this.out = socket.getOutputStream();
  }

  static RawConnection open(int port) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(HANGS_MILLIS);
    return new RawConnection(socket);
  }

  /// What came back.
  ///
  /// @param headers by their names in lower case
  /// @param latin1 the body, with one character for each of its bytes
  record Answer(int status, Map<String, String> headers, String latin1) {
    byte[] body() {
      return latin1.getBytes(StandardCharsets.ISO_8859_1);
    }

    boolean closes() {
      return "close".equalsIgnoreCase(headers.get("connection"));
    }

    @Nullable String header(String name) {
      return headers.get(name);
    }

    String text() {
      return new String(body(), StandardCharsets.UTF_8);
    }
  }

  void send(byte[] bytes) throws IOException {
    out.write(bytes);
    out.flush();
  }

  /// Says that nothing more comes.
  void end() throws IOException {
    socket.shutdownOutput();
  }

  /// Goes away without a word, as a machine does that loses its network: the server sees a reset.
  void vanish() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  /// The next answer; EOFException when the server ended the connection instead.
  Answer receive(boolean toHead) throws IOException {
    String[] first = line().split(" ", 3);
    Map<String, String> headers = new TreeMap<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
      if (headers.put(name, line.substring(colon + 1).strip()) != null) {
        throw new AssertionError("the answer has the header twice: " + name);
      }
    }
    int status = Integer.parseInt(first[1]);
    boolean none = toHead || status == 204 || status == 304;
    byte[] body = none ? new byte[0] : body(headers);
    return new Answer(status, headers, new String(body, StandardCharsets.ISO_8859_1));
  }

  private byte[] body(Map<String, String> headers) throws IOException {
    String length = headers.get("content-length");
    if (length != null) {
      return exactly(Integer.parseInt(length));
    }
    if (!"chunked".equals(headers.get("transfer-encoding"))) {
      return in.readAllBytes();
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    int size;
    do {
      size = Integer.parseInt(line(), 16);
      body.writeBytes(exactly(size));
      line();
    } while (size > 0);
    return body.toByteArray();
  }

  private byte[] exactly(int count) throws IOException {
    byte[] bytes = in.readNBytes(count);
    if (bytes.length < count) {
      throw new EOFException("an answer of " + count + " bytes ended after " + bytes.length);
    }
    return bytes;
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(100);
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException("the connection ended after: " + line);
      }
      if (next != '\r') {
        line.write(next);
      }
    }
    return line.toString(StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
