package parley.web;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.apache.tomcat.util.http.FastHttpDateFormat;
import org.apache.tomcat.util.http.parser.EntityTag;
import org.jspecify.annotations.Nullable;

/// The validators of a representation, and how a request's preconditions apply to it (RFC 9110
/// section 13).
///
/// @param tag identifies the content, such as its SHA-256: letters, digits and `-` only
/// @param lastModified when the content was created
public record Preconditions(String tag, Instant lastModified) {
  /// The `ETag` header, a strong one.
  public String entityTag() {
    return '"' + tag + '"';
  }

  /// The `Last-Modified` header.
  public String lastModifiedDate() {
    return FastHttpDateFormat.formatDate(lastModified.toEpochMilli());
  }

  /// Whether the preconditions fail, so that the response is 412. `If-Match` takes precedence, and
  /// weak tags never match it; malformed dates are ignored.
  public boolean isFailed(@Nullable String ifMatch, @Nullable String ifUnmodifiedSince) {
    if (ifMatch != null) {
      return !anyMatches(ifMatch, false);
    }
    Instant since = date(ifUnmodifiedSince);
    return since != null && wholeSeconds().isAfter(since);
  }

  /// Whether the client already has this content, so that the response is 304. `If-None-Match`
  /// takes precedence; malformed headers never match.
  public boolean isNotModified(@Nullable String ifNoneMatch, @Nullable String ifModifiedSince) {
    if (ifNoneMatch != null) {
      return anyMatches(ifNoneMatch, true);
    }
    Instant since = date(ifModifiedSince);
    return since != null && !wholeSeconds().isAfter(since);
  }

  /// Whether a `Range` header applies: without `If-Range`, or if it matches this content exactly.
  /// Weak tags never match.
  public boolean allowsRange(@Nullable String ifRange) {
    if (ifRange == null) {
      return true;
    }
    String condition = ifRange.strip();
    if (condition.startsWith("\"") || condition.startsWith("W/")) {
      return condition.equals(entityTag());
    }
    return wholeSeconds().equals(date(condition));
  }

  private Instant wholeSeconds() {
    return lastModified.truncatedTo(ChronoUnit.SECONDS);
  }

  /// Parses a date header; null if it is absent or malformed.
  private static @Nullable Instant date(@Nullable String header) {
    long millis = header == null ? -1 : FastHttpDateFormat.parseDate(header.strip());
    return millis == -1 ? null : Instant.ofEpochMilli(millis);
  }

  /// @param weakly whether to use weak comparison (section 8.8.3.2)
  private boolean anyMatches(String list, boolean weakly) {
    if (list.strip().equals("*")) {
      return true;
    }
    try {
      return Boolean.TRUE.equals(
          EntityTag.compareEntityTag(
              new StringReader(withoutEmptyEnds(list)), weakly, entityTag()));
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  /// Removes empty list elements, which RFC 9110 section 5.6.1 requires to be ignored but Tomcat
  /// does not ignore, from both ends. A regular expression would look at each comma once for every
  /// other.
  private static String withoutEmptyEnds(String list) {
    int from = 0;
    int to = list.length();
    while (from < to && isEmptyElement(list.charAt(from))) {
      from++;
    }
    while (from < to && isEmptyElement(list.charAt(to - 1))) {
      to--;
    }
    return list.substring(from, to);
  }

  private static boolean isEmptyElement(char c) {
    return c == ',' || Character.isWhitespace(c);
  }
}
