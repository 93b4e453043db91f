package parley.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.testing.Eventually;
import parley.testing.TestCaller;
import parley.testing.TestServer;

/// Clients whose requests are refused while they are still sending, at the socket level.
@Tag("server")
@Timeout(60)
class RefusalWhileSendingTest {
  private static final byte[] PIECE = new byte[64 * 1024];
  private static final String PART =
      "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\n";

  private static final String STRANGER =
      String.join(
          "\r\n",
          "POST /v1/media/upload HTTP/1.1",
          "Host: test",
          "Content-Type: multipart/form-data; boundary=b",
          "");

  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start(Map.of("media.max_upload_mb", "1"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void answersBeforeAnEndlessChunkedBodyEnds() throws Exception {
    TestCaller alice = server.newTenant();
    try (Socket socket = connect()) {
      OutputStream out = socket.getOutputStream();
      write(out, head(alice) + "Transfer-Encoding: chunked\r\n\r\n");
      chunk(out, PART.getBytes(StandardCharsets.UTF_8));
      for (int sent = 0; sent <= 1024 * 1024; sent += PIECE.length) {
        chunk(out, PIECE);
      }

      // The response arrives before the body ends.
      assertTooLarge(response(socket));
    }
    Eventually.holds("nothing stays", () -> server.storedFiles().isEmpty());
  }

  @Test
  void letsAClientThatSendsEverythingFirstReadTheResponse() throws Exception {
    TestCaller alice = server.newTenant();
    long length = 200L * 1024 * 1024;
    try (Socket socket = connect()) {
      OutputStream out = socket.getOutputStream();
      write(out, head(alice) + "Content-Length: " + length + "\r\n\r\n" + PART);
      for (long left = length - PART.length(); left > 0; ) {
        int size = (int) Math.min(left, PIECE.length);
        out.write(PIECE, 0, size);
        left -= size;
      }

      String response = response(socket);
      assertTooLarge(response);
      assertThat(response.toLowerCase(Locale.ROOT)).contains("connection: close");
    }
  }

  @Test
  void refusesAnAnonymousClientWithoutReadingTheBodyAfterExpectContinue() throws Exception {
    try (Socket socket = connect()) {
      write(
          socket.getOutputStream(),
          STRANGER + "Expect: 100-continue\r\nContent-Length: 100000\r\n\r\n");

      assertThat(response(socket)).startsWith("HTTP/1.1 401").contains("SW_AUTH_INVALID_TOKEN");
    }
  }

  @Test
  void keepsTheConnectionAfterRefusingAShortBody() throws Exception {
    try (Socket socket = connect()) {
      String request = STRANGER + "Content-Length: 5\r\n\r\nhello";
      write(socket.getOutputStream(), request);
      assertThat(response(socket)).startsWith("HTTP/1.1 401");
      write(socket.getOutputStream(), request);
      assertThat(response(socket)).startsWith("HTTP/1.1 401");
    }
  }

  private static void assertTooLarge(String response) {
    assertThat(response).startsWith("HTTP/1.1 413").contains("\"SW_MEDIA_TOO_LARGE\"");
  }

  private static String head(TestCaller caller) {
    return STRANGER + "Authorization: Bearer " + caller.token() + "\r\n";
  }

  private static Socket connect() throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), server.uri("/").getPort());
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  private static void chunk(OutputStream out, byte[] content) throws IOException {
    write(out, Integer.toHexString(content.length) + "\r\n");
    out.write(content);
    write(out, "\r\n");
  }

  /// The head and the JSON body of a response.
  private static String response(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    int left = -1;
    while (left != 0) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("the connection ended after: " + text);
      }
      text.write(next);
      String soFar = left < 0 ? text.toString(StandardCharsets.UTF_8) : "";
      if (soFar.endsWith("\r\n\r\n")) {
        String head = soFar.toLowerCase(Locale.ROOT);
        int at = head.indexOf("content-length: ") + "content-length: ".length();
        left = Integer.parseInt(head.substring(at, head.indexOf('\r', at))) + 1;
      }
      left -= left > 0 ? 1 : 0;
    }
    return text.toString(StandardCharsets.UTF_8);
  }
}
