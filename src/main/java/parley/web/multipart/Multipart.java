package parley.web.multipart;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;
import parley.problem.Problem;
import parley.problem.ProblemCode;

/// Reads a `multipart/form-data` body as it arrives and pushes the content of its parts to sinks.
///
/// Content is never looked at byte by byte and never copied: the parser jumps through a large
/// buffer to the next boundary and hands slices of that buffer on. It holds one buffer, 16 KiB for
/// slow clients and up to 128 KiB for fast ones, whatever the size of the body.
///
/// Everything wrong with the body is a [Problem] with `BAD_MULTIPART`, as soon as it is seen: a
/// content type without a usable boundary, header lines that do not end in CR LF or exceed 16 KiB a
/// part, a part without a name, more than 100 parts, more than 16 MiB that no sink wants, a body
/// that ends before its closing boundary. What the input stream or a sink throws passes through.
/// The parser never reads past the buffer that holds the closing boundary, never closes the stream
/// and never drains it.
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

  /// Prepares to read the body of a request with that `Content-Type`; reads nothing yet. The caller
  /// keeps the stream and closes it.
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

  /// Asks before the buffer grows whether there are so many more bytes for it. Without, it goes on
  /// as it is.
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

  /// Reads the body to its closing boundary, once. Parts come in the order they were sent; the sink
  /// of one has ended before the next is announced.
  public void read(PartHandler handler) throws IOException {
    // Every boundary begins with a line break, but the first may stand at the very start.
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
      throw bad("The form holds more than 16 MiB that is not asked for");
    }
  }

  /// Hands on everything up to the next boundary and steps behind that.
  private void content(PartSink sink) throws IOException {
    // The line break that ended the headers begins the boundary when there is no content at all.
    int search = position - 2;
    while (true) {
      int found = delimiter.find(buffer, search, limit);
      int uncertain = found >= 0 ? found : delimiter.findBeginning(buffer, search, limit);
      if (found >= 0) {
        Lookahead next = lookahead(found + delimiter.length());
        if (next == Lookahead.ORDINARY) {
          search = found + delimiter.length(); // content that merely begins as the boundary does
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

  /// A boundary is followed by white space, a line break or two hyphens; with anything else behind
  /// it, it is the beginning of a longer word, such as the boundary of a form within this one.
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

  /// Reads the rest of a boundary line: true when a part follows, false when the body ends here.
  private boolean anotherPartFollows() throws IOException {
    int padding = 0;
    byte next = nextByte();
    if (next == '-') {
      return false; // the second hyphen has been looked at already
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

  /// Reads the header lines of a part and the empty line behind them.
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

  /// Reads more, at least one byte, keeping what stands from `keep` on; returns where that then
  /// stands. The position moves along.
  private int fill(int keep) throws IOException {
    int kept = limit - keep;
    int start = keep;
    // Headers that trickle in are not moved for each of their bytes.
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
      throw new IOException("The request body gave nothing although it was asked to wait");
    }
    limit += count;
    filledUp = limit == buffer.length;
    return start;
  }

  private static Problem bad(String message) {
    return new Problem(ProblemCode.BAD_MULTIPART, message);
  }
}
