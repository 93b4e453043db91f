package parley.web;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import parley.auth.KeyWatch;

/// The body of a response, which is either kept until the handler has returned or streamed.
final class ResponseBody {
  /// Responses up to this size are not counted: buffers of their connection hold half of one.
  private static final int SMALL_ANSWER_BYTES = 16 * 1024;

  private final HttpServletResponse response;
  private final ResourceLimiter.Reservation held;
  private final KeyWatch.@Nullable Use use;
  private byte @Nullable [] kept;
  private boolean shared;

  /// @param held memory, released when the request is done
  ResponseBody(
      HttpServletResponse response, ResourceLimiter.Reservation held, KeyWatch.@Nullable Use use) {
    this.response = response;
    this.held = held;
    this.use = use;
  }

  /// Keeps a text in place of what was kept before.
  void text(int status, String contentType, String text) {
    keep(status, contentType, text.getBytes(StandardCharsets.UTF_8), false);
  }

  /// As [#text], for bytes that all such responses share, so that no memory is reserved for them.
  void constant(int status, String contentType, byte[] bytes) {
    keep(status, contentType, bytes, true);
  }

  private void keep(int status, String contentType, byte[] bytes, boolean ofAll) {
    response.setStatus(status);
    response.setContentType(contentType);
    kept = bytes;
    shared = ofAll;
  }

  /// Sends what was kept, if anything.
  void send() throws IOException {
    byte[] bytes = kept;
    if (bytes != null) {
      if (bytes.length > SMALL_ANSWER_BYTES && !shared) {
        // It stays in memory until a slow client has read it.
        held.reserve(bytes.length);
      }
      response.setContentLength(bytes.length);
      response.getOutputStream().write(bytes);
    }
  }

  /// Starts a response of `length` bytes.
  OutputStream stream(int status, String contentType, long length) throws IOException {
    response.setStatus(status);
    response.setContentType(contentType);
    response.setContentLengthLong(length);
    return stream();
  }

  /// Starts a response of server-sent events.
  OutputStream events() throws IOException {
    response.setStatus(200);
    response.setContentType("text/event-stream;charset=utf-8");
    response.setHeader("Cache-Control", "no-cache");
    // Proxies such as nginx would collect the events.
    response.setHeader("X-Accel-Buffering", "no");
    return stream();
  }

  private OutputStream stream() throws IOException {
    OutputStream out = response.getOutputStream();
    return use == null ? out : new RevocableOutputStream(out, use);
  }
}
