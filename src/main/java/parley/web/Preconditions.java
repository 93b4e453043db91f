package parley.web;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.regex.Pattern;
import org.apache.tomcat.util.http.FastHttpDateFormat;
import org.apache.tomcat.util.http.parser.EntityTag;
import org.jspecify.annotations.Nullable;

/// The validators of one state of a file, and what the preconditions of a request mean for it (RFC
/// 9110 section 13).
///
/// @param tag the content's own name, such as its SHA-256: letters, digits and `-` only
/// @param lastModified when the content came to be
public record Preconditions(String tag, Instant lastModified) {
  /// Elements of a list that are empty, which Tomcat does not pass over as RFC 9110 section 5.6.1
  /// asks for.
  private static final Pattern EMPTY_ELEMENTS = Pattern.compile("^[\\s,]+|[\\s,]+$");

  /// The `ETag` header: a strong one.
  public String entityTag() {
    return '"' + tag + '"';
  }

  /// The `Last-Modified` header.
  public String lastModifiedDate() {
    return FastHttpDateFormat.formatDate(lastModified.toEpochMilli());
  }

  /// Whether the client wants this very content only and it is another one, so that 412 is the
  /// answer. `If-Match` decides alone when it is there, and a weak tag never matches it; a date
  /// that is malformed asks for nothing.
  public boolean isFailed(@Nullable String ifMatch, @Nullable String ifUnmodifiedSince) {
    if (ifMatch != null) {
      return !anyMatches(ifMatch, false);
    }
    Instant since = date(ifUnmodifiedSince);
    return since != null && wholeSeconds().isAfter(since);
  }

  /// Whether the client has this very content already, so that 304 is the answer. `If-None-Match`
  /// decides alone when it is there; what is malformed never matches.
  public boolean isNotModified(@Nullable String ifNoneMatch, @Nullable String ifModifiedSince) {
    if (ifNoneMatch != null) {
      return anyMatches(ifNoneMatch, true);
    }
    Instant since = date(ifModifiedSince);
    return since != null && !wholeSeconds().isAfter(since);
  }

  /// Whether a `Range` may be answered in part: no `If-Range`, or one that names this content
  /// exactly. A weak tag never does.
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

  /// The time that a header names; null when it names none.
  private static @Nullable Instant date(@Nullable String header) {
    long millis = header == null ? -1 : FastHttpDateFormat.parseDate(header.strip());
    return millis == -1 ? null : Instant.ofEpochMilli(millis);
  }

  /// @param weakly whether weak and strong tags compare alike (section 8.8.3.2)
  private boolean anyMatches(String list, boolean weakly) {
    if (list.strip().equals("*")) {
      return true;
    }
    String tags = EMPTY_ELEMENTS.matcher(list).replaceAll("");
    try {
      return Boolean.TRUE.equals(
          EntityTag.compareEntityTag(new StringReader(tags), weakly, entityTag()));
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }
}
