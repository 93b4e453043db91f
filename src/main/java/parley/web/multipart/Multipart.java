package parley.web.multipart;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;
import parley.problem.Problem;
import parley.problem.ProblemCode;

/// A streaming parser for `multipart/form-data`, which pushes the content of parts to sinks.
///
/// Content is neither examined byte by byte nor copied: the parser searches a large buffer for the
/// next boundary and passes on slices of it. It uses one buffer, of 16 KiB for slow clients and up
/// to 128 KiB for fast ones, regardless of the body's size.
///
/// Every error in the body is a [Problem] with `BAD_MULTIPART`, thrown as early as possible: a
/// content type without a usable boundary, headers that do not end with CR LF or exceed 16 KiB per
/// part, a part without a name, more than 100 parts, more than 16 MiB without a sink, and a body
/// that ends before its closing boundary. Exceptions of the input stream and of sinks are passed
/// on. The parser never reads beyond the buffer with the closing boundary, and neither closes nor
/// drains the stream.
public final class Multipart {
  private static final int FIRST_BUFFER_BYTES = 16 * 1024;
  private static final int MAX_BUFFER_BYTES = 128 * 1024;
  private static final int MAX_PARTS = 100;
  private static final int MAX_HEADERS_BYTES = 16 * 1024;
  private static final long MAX_SKIPPED_BYTES = 16 * 1024 * 1024;

  /// RFC 2046 section 5.1.1.
  private static final int MAX_BOUNDARY_BYTES = 70;

  private final InputStream body;
  private final Delimiter delimiter;
  private byte[] buffer = new byte[FIRST_BUFFER_BYTES];
  private int position;
  private int limit;
  private LongPredicate room = bytes -> true;
  private boolean filledUp;
  private long skipped;

  private Multipart(InputStream body, Delimiter delimiter) {
    this.body = body;
    this.delimiter = delimiter;
  }

  /// Creates a parser for a body with this `Content-Type` without reading from it. The caller
  /// closes the stream.
  public static Multipart of(@Nullable String contentType, InputStream body) {
    HeaderValue type = HeaderValue.parse(contentType == null ? "" : contentType);
    if (!type.value().equals("multipart/form-data")) {
      throw bad("The body must be multipart/form-data");
    }
    String boundary = type.parameters().get("boundary");
    if (boundary == null || !isUsable(boundary)) {
      throw bad("The Content-Type needs a boundary of 1 to 70 visible characters");
    }
    return new Multipart(body, new Delimiter(boundary));
  }

  /// Sets a check whether this many more bytes of memory are available, which is called before the
  /// buffer grows. If not, the buffer keeps its size.
  public Multipart growing(LongPredicate room) {
    this.room = room;
    return this;
  }

  private static boolean isUsable(String boundary) {
    return !boundary.isEmpty()
        && boundary.length() <= MAX_BOUNDARY_BYTES
        && !boundary.endsWith(" ")
        && boundary.chars().allMatch(c -> c >= ' ' && c < 0x7f);
  }

  /// Reads the body to its closing boundary. Call this once. Parts come in order; each sink has
  /// ended before the next part is announced.
  public void read(PartHandler handler) throws IOException {
    // Every boundary begins with a line break, except that the first may be at the very start.
    buffer[0] = '\r';
    buffer[1] = '\n';
    position = 2;
    limit = 2;
    content(this::skip);
    for (int parts = 0; anotherPartFollows(); parts++) {
      if (parts == MAX_PARTS) {
        throw bad("A form may have at most 100 parts");
      }
      PartSink sink = handler.part(headers());
      if (sink == null) {
        content(this::skip);
      } else {
        content(sink);
        sink.ended();
      }
    }
  }

  private void skip(byte[] ignored, int offset, int length) {
    skipped += length;
    if (skipped > MAX_SKIPPED_BYTES) {
      throw bad("The form has more than 16 MiB in unexpected parts");
    }
  }

  /// Passes on everything up to the next boundary and moves behind it.
  private void content(PartSink sink) throws IOException {
    // If there is no content, the line break after the headers is part of the boundary.
    int search = position - 2;
    while (true) {
      int found = delimiter.find(buffer, search, limit);
      int uncertain = found >= 0 ? found : delimiter.findBeginning(buffer, search, limit);
      if (found >= 0) {
        Lookahead next = lookahead(found + delimiter.length());
        if (next == Lookahead.ORDINARY) {
          search = found + delimiter.length(); // content that only starts like the boundary
          continue;
        }
        if (next == Lookahead.BOUNDARY) {
          emit(sink, found);
          position = found + delimiter.length();
          return;
        }
      }
      emit(sink, uncertain);
      search = fill(uncertain);
    }
  }

  private void emit(PartSink sink, int end) throws IOException {
    if (end > position) {
      int start = position;
      position = end;
      sink.write(buffer, start, end - start);
    }
  }

  private enum Lookahead {
    BOUNDARY,
    ORDINARY,
    UNKNOWN
  }

  /// A boundary is followed by white space, a line break or two hyphens. Otherwise it is the prefix
  /// of a longer word, such as the boundary of a nested form.
  private Lookahead lookahead(int at) {
    if (at == limit) {
      return Lookahead.UNKNOWN;
    }
    return switch (buffer[at]) {
      case ' ', '\t', '\r' -> Lookahead.BOUNDARY;
      case '-' -> {
        if (at + 1 == limit) {
          yield Lookahead.UNKNOWN;
        }
        yield buffer[at + 1] == '-' ? Lookahead.BOUNDARY : Lookahead.ORDINARY;
      }
      default -> Lookahead.ORDINARY;
    };
  }

  /// Reads the rest of a boundary line; returns whether another part follows.
  private boolean anotherPartFollows() throws IOException {
    int padding = 0;
    byte next = nextByte();
    if (next == '-') {
      return false; // the lookahead has checked the second hyphen
    }
    while (next == ' ' || next == '\t') {
      if (++padding > MAX_HEADERS_BYTES) {
        throw bad("A boundary line is too long");
      }
      next = nextByte();
    }
    if (next != '\r' || nextByte() != '\n') {
      throw bad("A boundary line does not end in CR LF");
    }
    return true;
  }

  private byte nextByte() throws IOException {
    if (position == limit) {
      fill(limit);
    }
    return buffer[position++];
  }

  /// Reads the headers of a part and the empty line after them.
  private PartHeaders headers() throws IOException {
    int line = position;
    int at = position;
    while (true) {
      if (at - position > MAX_HEADERS_BYTES) {
        throw bad("The headers of a part exceed 16 KiB");
      }
      if (at == limit) {
        int done = at - position;
        int lineStart = line - position;
        fill(position);
        at = position + done;
        line = position + lineStart;
      }
      if (buffer[at++] != '\n') {
        continue;
      }
      if (at - 2 < line || buffer[at - 2] != '\r') {
        throw bad("A header line of a part does not end in CR LF");
      }
      if (at - 2 == line) {
        PartHeaders headers = HeaderBlock.parse(buffer, position, line);
        position = at;
        return headers;
      }
      line = at;
    }
  }

  /// Reads at least one more byte and keeps everything from `keep` on; returns the new index of
  /// `keep`. Adjusts the position.
  private int fill(int keep) throws IOException {
    int kept = limit - keep;
    int start = keep;
    // Slowly arriving headers are not moved for each byte.
    if (kept < 1024 || buffer.length - limit < buffer.length / 4) {
      byte[] target = buffer;
      if (filledUp && buffer.length < MAX_BUFFER_BYTES && room.test(buffer.length)) {
        target = new byte[buffer.length * 2];
      }
      System.arraycopy(buffer, keep, target, 0, kept);
      buffer = target;
      start = 0;
      position -= keep;
      limit = kept;
    }
    int count = body.read(buffer, limit, buffer.length - limit);
    if (count < 0) {
      throw bad("The body ends before its closing boundary");
    }
    if (count == 0) {
      throw new IOException("The request body returned no bytes from a blocking read");
    }
    limit += count;
    filledUp = limit == buffer.length;
    return start;
  }

  private static Problem bad(String message) {
    return new Problem(ProblemCode.BAD_MULTIPART, message);
  }
}
