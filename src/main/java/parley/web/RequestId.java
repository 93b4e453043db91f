package parley.web;

import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The id that connects a response with its log lines: the client's own if it is safe, otherwise a
/// new one.
final class RequestId {
  // Anything else could forge log lines or headers.
  private static final Pattern SANE = Pattern.compile("[A-Za-z0-9._:-]{1,128}");

  private RequestId() {}

  static String of(@Nullable String header) {
    return header != null && SANE.matcher(header).matches() ? header : UUID.randomUUID().toString();
  }
}
