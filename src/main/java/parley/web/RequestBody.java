package parley.web;

import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import parley.auth.KeyWatch;
import parley.json.Json;
import parley.problem.Problem;
import parley.problem.ProblemCode;

/// The body of one request.
///
/// @param held takes the memory of what is kept of it
/// @param use of the caller's key, which ends the body with it; null for routes without a caller
record RequestBody(HttpServletRequest request, ResourceLimiter.Reservation held, KeyWatch.@Nullable Use use) {
  /// For a whole body that is kept in memory: the largest comes in that time at 140 kbit/s.
  private static final Duration MAX_TIME = Duration.ofSeconds(30);

  /// The body as it arrives; blocks for more, throws IOException when the client is gone.
  InputStream stream() throws IOException {
    InputStream bytes = new AdaptiveInputStream(request.getInputStream(), HttpProtocol.transport(request));
    return use == null ? bytes : new RevocableInputStream(bytes, use);
  }

  /// Reads the bytes of [#whole] as JSON.
  <T> T json(byte[] bytes, Class<T> type) {
    JsonText json = JsonText.of(bytes);
    held.reserve(json.memory());
    return Json.readBody(json.text(), type);
  }

  /// All of it, with its memory taken before the first byte is read.
  byte[] whole(int maxBytes) throws IOException {
    long length = request.getContentLengthLong();
    if (length > maxBytes) {
      throw tooLarge(maxBytes);
    }
    ServletInputStream in = request.getInputStream();
    if (length == 0 || in.isFinished()) {
      return new byte[0];
    }
    held.reserve(length < 0 ? maxBytes : length);
    byte[] bytes = readInTime(in, (int) (length < 0 ? maxBytes + 1L : length));
    if (bytes.length > maxBytes) {
      throw tooLarge(maxBytes);
    }
    if (use != null) {
      use.require();
    }
    return bytes;
  }

  private byte[] readInTime(InputStream in, int bytes) throws IOException {
    Connection connection = HttpProtocol.transport(request).connection();
    if (connection == null) {
      return in.readNBytes(bytes);
    }
    connection.bodyWithin(MAX_TIME);
    try {
      return in.readNBytes(bytes);
    } catch (IOException broken) {
      if (connection.isExpired()) {
        // Tomcat has begun to refuse the request itself; ErrorReport tells why.
        throw new ClientGone("the body took too long to come");
      }
      throw broken;
    } finally {
      connection.answering();
    }
  }

  private static Problem tooLarge(int maxBytes) {
    return new Problem(
        ProblemCode.BODY_TOO_LARGE, "The body may have at most " + maxBytes + " bytes.");
  }
}
