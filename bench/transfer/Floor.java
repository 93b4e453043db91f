import java.io.BufferedOutputStream;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;

/// The minimum cost of storing an upload in Java: read the socket, hash, write and fsync in one loop. Accepts the raw
/// body of a PUT. Argument: the folder for the files. Prints the port it listens on.
public final class Floor {
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    try (ServerSocket listening = new ServerSocket(0, 64, InetAddress.getLoopbackAddress())) {
      System.out.println(listening.getLocalPort());
      for (int number = 0; ; number++) {
        Socket socket = listening.accept();
        Path file = folder.resolve("floor-" + number);
        Thread.startVirtualThread(() -> serve(socket, file));
      }
    }
  }

  private static void serve(Socket socket, Path file) {
    try (socket;
        FileChannel out =
            FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      InputStream in = socket.getInputStream();
      StringBuilder head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        head.append((char) in.read());
      }
      if (head.toString().toLowerCase().contains("expect: 100-continue")) {
        socket.getOutputStream().write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      }
      String length = head.toString().toLowerCase().split("content-length: ")[1].split("\r\n")[0];
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[128 * 1024];
      for (long left = Long.parseLong(length); left > 0; ) {
        int read = in.read(buffer, 0, (int) Math.min(left, buffer.length));
        digest.update(buffer, 0, read);
        ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, read);
        while (bytes.hasRemaining()) {
          out.write(bytes);
        }
        left -= read;
      }
      out.force(false);
      String sha256 = HexFormat.of().formatHex(digest.digest());
      BufferedOutputStream answer = new BufferedOutputStream(socket.getOutputStream());
      answer.write(
          ("HTTP/1.1 200 OK\r\nContent-Length: 64\r\nConnection: close\r\n\r\n" + sha256)
              .getBytes(StandardCharsets.US_ASCII));
      answer.flush();
    } catch (Exception e) {
      e.printStackTrace();
    }
  }
}
