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

/// The body of a request.
///
/// @param held reserves the memory of what is kept
/// @param use of the caller's key, whose end also ends the body; null for routes without a caller
record RequestBody(
    HttpServletRequest request, ResourceLimiter.Reservation held, KeyWatch.@Nullable Use use) {
  /// The time to receive a body that is kept in memory. The largest one needs 140 kbit/s.
  private static final Duration MAX_TIME = Duration.ofSeconds(30);

  /// The body as it arrives. Reading blocks, and throws IOException when the client has gone.
  InputStream stream() throws IOException {
    InputStream bytes =
        new AdaptiveInputStream(request.getInputStream(), HttpProtocol.transport(request));
    return use == null ? bytes : new RevocableInputStream(bytes, use);
  }

  /// Parses the bytes of [#whole] as JSON.
  <T> T json(byte[] bytes, Class<T> type) {
    JsonText json = JsonText.of(bytes);
    held.reserve(json.memory());
    return Json.readBody(json.text(), type);
  }

  /// The whole body. Its memory is reserved before the first byte is read.
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
        // Tomcat has started its own error response, which ErrorReport renders.
        throw new ClientGone("the body arrived too slowly");
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
