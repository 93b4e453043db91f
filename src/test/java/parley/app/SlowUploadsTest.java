package parley.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.config.Config;
import parley.testing.RealServer;

/// Many clients that send slowly, against a server with a heap of 512 MB.
@Tag("slow")
class SlowUploadsTest {
  private static final int CLIENTS = 1_000;
  private static final int PIECE = 20_000;
  private static final int PIECES = 5;

  // One key must be allowed to do this without being told.
  private static final Config.Limits USUAL = Config.defaults().limits();

  @TempDir Path folder;

  @Test
  void servesAThousandSlowUploadsAndOthersMeanwhile() throws Exception {
    try (RealServer server =
        RealServer.start(
            folder.resolve("data"),
            "PARLEY_LIMITS_REQUESTS_PER_SECOND=" + USUAL.requestsPerSecond(),
            "PARLEY_LIMITS_BURST=" + USUAL.burst())) {
      String key = String.valueOf(server.key());
      List<SlowClient> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        clients.add(SlowClient.connect(server.address(), key, i));
      }
      for (int piece = 0; piece < PIECES; piece++) {
        for (SlowClient client : clients) {
          client.sendPiece();
        }
        assertThat(server.caller(key).get("/v1/jobs").status()).isEqualTo(200);
      }
      for (SlowClient client : clients) {
        client.finish();
      }
      for (SlowClient client : clients) {
        assertThat(client.answer()).isEqualTo("HTTP/1.1 200");
      }
    }
  }

  private record SlowClient(Socket socket, OutputStream out) {
    private static final String END = "\r\n--b--\r\n";

    static SlowClient connect(URI address, String key, int number) throws Exception {
      Socket socket = new Socket(address.getHost(), address.getPort());
      // Each its own content, so that a thousand files are stored and not one.
      String begin =
          "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\n"
              + String.format("%08d", number);
      String head =
          "POST /v1/media/upload HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
              + key
              + "\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: "
              + (begin.length() + PIECE * PIECES + END.length())
              + "\r\n\r\n";
      SlowClient client = new SlowClient(socket, socket.getOutputStream());
      client.out.write((head + begin).getBytes(StandardCharsets.US_ASCII));
      return client;
    }

    void sendPiece() throws Exception {
      out.write(new byte[PIECE]);
    }

    void finish() throws Exception {
      out.write(END.getBytes(StandardCharsets.US_ASCII));
    }

    /// The beginning of the status line.
    String answer() throws Exception {
      try (socket;
          InputStream in = socket.getInputStream()) {
        return new String(in.readNBytes("HTTP/1.1 200".length()), StandardCharsets.US_ASCII);
      }
    }
  }
}
