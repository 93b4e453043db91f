package parley.web;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/// What tells one state of a file from another, and what the conditions of a request mean for it
/// (RFC 9110 section 13).
///
/// @param tag the content's own name, such as its SHA-256: letters, digits and `-` only
/// @param lastModified when the content came to be
public record Validators(String tag, Instant lastModified) {

  /// The `ETag` header: a strong one.
  public String entityTag() {
    return '"' + tag + '"';
  }

  /// The `Last-Modified` header.
  public String lastModifiedDate() {
    return HttpDate.format(lastModified);
  }

  /// Whether the client wants this very content only and it is another one, so that 412 is the
  /// answer. `If-Match` decides alone when it is there, and a weak tag never matches it; a date
  /// that is malformed asks for nothing.
  public boolean isAnother(@Nullable String ifMatch, @Nullable String ifUnmodifiedSince) {
    if (ifMatch != null) {
      return !anyMatches(ifMatch, false);
    }
    Instant since = ifUnmodifiedSince == null ? null : HttpDate.parse(ifUnmodifiedSince);
    return since != null && wholeSeconds().isAfter(since);
  }

  /// Whether the client has this very content already, so that 304 is the answer. `If-None-Match`
  /// decides alone when it is there; what is malformed never matches.
  public boolean isNotModified(@Nullable String ifNoneMatch, @Nullable String ifModifiedSince) {
    if (ifNoneMatch != null) {
      return anyMatches(ifNoneMatch, true);
    }
    Instant since = ifModifiedSince == null ? null : HttpDate.parse(ifModifiedSince);
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
    Instant date = HttpDate.parse(condition);
    return date != null && date.equals(wholeSeconds());
  }

  private Instant wholeSeconds() {
    return lastModified.truncatedTo(ChronoUnit.SECONDS);
  }

  /// Walks a list of tags; a tag may hold commas, so that it cannot be split at them.
  ///
  /// @param weakly whether weak and strong tags compare alike (section 8.8.3.2)
  private boolean anyMatches(String list, boolean weakly) {
    String text = list.strip();
    if (text.equals("*")) {
      return true;
    }
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == ',' || c == ' ' || c == '\t') {
        at++;
        continue;
      }
      int open = text.startsWith("W/", at) ? at + 2 : at;
      int close = text.indexOf('"', open + 1);
      if (open >= text.length() || text.charAt(open) != '"' || close < 0) {
        return false;
      }
      if (text.substring(open + 1, close).equals(tag) && (weakly || open == at)) {
        return true;
      }
      at = close + 1;
    }
    return false;
  }
}
