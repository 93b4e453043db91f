package parley.web;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A range of a file's bytes (RFC 9110, section 14).
///
/// @param first the first byte's position, from 0
/// @param last the last byte's position, inclusive
public record ByteRange(long first, long last) {
  /// Requests with more ranges than this are only meant to cause work.
  private static final int MAX_RANGES = 16;

  private static final String UNIT = "bytes";

  /// What a `Range` header selects.
  public sealed interface Selection permits Whole, Part, Unsatisfiable {}

  /// The whole file: 200.
  public record Whole() implements Selection {}

  /// One range: 206 with [#contentRange].
  public record Part(ByteRange range) implements Selection {}

  /// No byte of the file: 416 with [#unsatisfiable].
  public record Unsatisfiable() implements Selection {}

  /// The number of bytes, at least one.
  public long length() {
    return last - first + 1;
  }

  /// The `Content-Range` of a 206 for a file of `size` bytes.
  public String contentRange(long size) {
    return UNIT + " " + first + "-" + last + "/" + size;
  }

  /// The `Content-Range` of a 416 for a file of `size` bytes.
  public static String unsatisfiable(long size) {
    return UNIT + " */" + size;
  }

  /// Selects from a file of `size` bytes by the `Range` header.
  ///
  /// A header that is absent, malformed or in another unit selects the whole file (RFC 9110,
  /// section 14.2). Several ranges are merged if they touch or overlap; otherwise the whole file is
  /// selected, which section 15.3.7 allows and which avoids multipart responses. An empty file is
  /// always selected as a whole.
  public static Selection select(@Nullable String header, long size) {
    if (header == null || size == 0) {
      return new Whole();
    }
    int equals = header.indexOf('=');
    if (equals < 0 || !header.substring(0, equals).strip().equalsIgnoreCase(UNIT)) {
      return new Whole();
    }
    List<ByteRange> satisfiable = new ArrayList<>();
    int asked = 0;
    for (String spec : header.substring(equals + 1).split(",", -1)) {
      String range = spec.strip();
      if (range.isEmpty()) {
        continue; // lists may have empty elements, RFC 9110 section 5.6.1
      }
      if (++asked > MAX_RANGES || !isWellFormed(range)) {
        return new Whole();
      }
      ByteRange found = resolve(range, size);
      if (found != null) {
        satisfiable.add(found);
      }
    }
    if (asked == 0) {
      return new Whole();
    }
    return satisfiable.isEmpty() ? new Unsatisfiable() : united(satisfiable);
  }

  private static Selection united(List<ByteRange> ranges) {
    ranges.sort(Comparator.comparingLong(ByteRange::first));
    ByteRange all = ranges.getFirst();
    for (ByteRange next : ranges) {
      if (next.first > all.last + 1) {
        return new Whole();
      }
      all = new ByteRange(all.first, Math.max(all.last, next.last));
    }
    return new Part(all);
  }

  private static boolean isWellFormed(String range) {
    int hyphen = range.indexOf('-');
    if (hyphen < 0 || range.length() == 1) {
      return false;
    }
    String first = range.substring(0, hyphen);
    String last = range.substring(hyphen + 1);
    return isDigits(first)
        && isDigits(last)
        && (first.isEmpty() || last.isEmpty() || number(first) <= number(last));
  }

  /// The bytes of a well-formed range; null if the file has none of them.
  private static @Nullable ByteRange resolve(String range, long size) {
    int hyphen = range.indexOf('-');
    String first = range.substring(0, hyphen);
    String last = range.substring(hyphen + 1);
    if (first.isEmpty()) {
      long length = Math.min(number(last), size);
      return length == 0 ? null : new ByteRange(size - length, size - 1);
    }
    long from = number(first);
    long to = last.isEmpty() ? size - 1 : Math.min(number(last), size - 1);
    return from < size ? new ByteRange(from, to) : null;
  }

  private static boolean isDigits(String text) {
    return text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  /// The number, or Long.MAX_VALUE if it does not fit: both exceed every file.
  private static long number(String digits) {
    long value = 0;
    for (int i = 0; i < digits.length(); i++) {
      int digit = digits.charAt(i) - '0';
      if (value > (Long.MAX_VALUE - digit) / 10) {
        return Long.MAX_VALUE;
      }
      value = value * 10 + digit;
    }
    return value;
  }
}
