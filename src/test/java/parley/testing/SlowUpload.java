package parley.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/// An upload that the test sends piece by piece.
public final class SlowUpload implements AutoCloseable {
  private final Socket socket;
  private final OutputStream out;

  private SlowUpload(Socket socket) throws IOException {
    this.socket = socket;
    this.out = socket.getOutputStream();
  }

  /// Starts a form with one file.
  public static SlowUpload begin(URI address, String token) throws IOException {
    SlowUpload upload = new SlowUpload(new Socket(address.getHost(), address.getPort()));
    upload.text(
        """
        POST %s HTTP/1.1
        Host: localhost
        Connection: close
        Authorization: Bearer %s
        Content-Type: multipart/form-data; boundary=b
        Transfer-Encoding: chunked

        """
            .formatted(address.getPath(), token)
            .replace("\n", "\r\n"));
    upload.chunk(
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"slow\"\r\n\r\n"
            .getBytes(StandardCharsets.US_ASCII));
    return upload;
  }

  /// Sends this number of bytes of the file.
  public void send(int bytes) throws IOException {
    chunk(new byte[bytes]);
  }

  /// Completes the file and the form; an error is ignored, since the server may have refused the
  /// upload already.
  public void finish() {
    try {
      chunk("\r\n--b--\r\n".getBytes(StandardCharsets.US_ASCII));
      text("0\r\n\r\n");
    } catch (IOException refused) {
      // The server has answered already.
    }
  }

  /// The status of the answer.
  public int status() throws IOException {
    String line =
        new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
            .readLine();
    return Integer.parseInt(line.split(" ", -1)[1]);
  }

  private void chunk(byte[] bytes) throws IOException {
    text(Integer.toHexString(bytes.length) + "\r\n");
    out.write(bytes);
    text("\r\n");
  }

  private void text(String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
