package parley.media.types;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import parley.media.bytes.Head;

/// Text and markup.
final class TextTypes {
  /// How far to search for the first element.
  private static final int MARKUP_CHARACTERS = 8 * 1024;

  /// The elements by which browsers recognize HTML (the WHATWG MIME Sniffing standard, section
  /// 7.1).
  private static final Set<String> PAGE_ELEMENTS =
      Set.of(
          "html", "head", "script", "iframe", "h1", "div", "font", "table", "a", "style", "title",
          "b", "body", "br", "p");

  private TextTypes() {}

  /// The type; null if the bytes are not text.
  static @Nullable String type(Head head, @Nullable String extension) {
    String text = decoded(head.bytes());
    if (text == null) {
      return null;
    }
    String start = text.substring(0, Math.min(text.length(), MARKUP_CHARACTERS)).stripLeading();
    String markup = start.startsWith("<") ? markup(start) : null;
    if (markup != null) {
      return markup;
    }
    if (start.startsWith("WEBVTT")) {
      return "text/vtt";
    } else if (start.startsWith("BEGIN:VCARD")) {
      return "text/vcard";
    } else if (start.startsWith("BEGIN:VCALENDAR")) {
      return "text/calendar";
    }
    return refined(start, extension == null ? "" : extension);
  }

  /// File names only choose among types that do nothing when opened.
  private static String refined(String start, String extension) {
    return switch (extension) {
      case "csv" -> "text/csv";
      case "tsv" -> "text/tab-separated-values";
      case "md", "markdown" -> "text/markdown";
      case "srt" -> "application/x-subrip";
      case "yaml", "yml" -> "application/yaml";
      case "json" ->
          start.startsWith("{") || start.startsWith("[") ? "application/json" : "text/plain";
      default -> "text/plain";
    };
  }

  /// The type by the first element after declarations and comments.
  private static @Nullable String markup(String start) {
    boolean xml = start.startsWith("<?xml");
    int at = 0;
    while (at < start.length()) {
      String rest = start.substring(at);
      int end;
      if (rest.startsWith("<?")) {
        end = rest.indexOf("?>") + 2;
      } else if (rest.startsWith("<!--")) {
        end = rest.indexOf("-->") + 3;
      } else if (rest.regionMatches(true, 0, "<!doctype", 0, 9)) {
        String name = word(rest.substring(9).stripLeading());
        if (name.equals("html")) {
          return xml ? "application/xhtml+xml" : "text/html";
        } else if (name.equals("svg")) {
          return "image/svg+xml";
        }
        end = doctypeEnd(rest);
      } else {
        return element(rest, xml);
      }
      if (end < 4) {
        // Not closed: a browser would continue and might find HTML.
        return xml ? "application/xml" : "text/html";
      }
      at += end + rest.substring(end).length() - rest.substring(end).stripLeading().length();
    }
    return xml ? "application/xml" : "text/html";
  }

  private static int doctypeEnd(String rest) {
    int inner = rest.indexOf('[');
    int close = rest.indexOf('>');
    if (inner >= 0 && inner < close) {
      close = rest.indexOf('>', Math.max(rest.indexOf(']'), 0));
    }
    return close + 1;
  }

  private static @Nullable String element(String rest, boolean xml) {
    if (!rest.startsWith("<")) {
      return xml ? "application/xml" : null;
    }
    String name = word(rest.substring(1));
    String local = name.substring(name.indexOf(':') + 1);
    if (local.equals("svg")) {
      return "image/svg+xml";
    } else if (xml) {
      return local.equals("html") ? "application/xhtml+xml" : "application/xml";
    }
    return PAGE_ELEMENTS.contains(name) ? "text/html" : null;
  }

  private static String word(String text) {
    int end = 0;
    while (end < text.length() && end < 40 && " \t\r\n\f>/[".indexOf(text.charAt(end)) < 0) {
      end++;
    }
    return text.substring(0, end).toLowerCase(Locale.ROOT);
  }

  private static @Nullable String decoded(byte[] bytes) {
    if (bytes.length == 0) {
      return null;
    }
    Head head = new Head(bytes);
    if (head.startsWith("\u00ef\u00bb\u00bf")) {
      String text = decoded(bytes, 3, StandardCharsets.UTF_8.newDecoder());
      return text == null || hasControls(text) ? null : text;
    }
    if (head.startsWith("\u00ff\u00fe") || head.startsWith("\u00fe\u00ff")) {
      String text = decoded(bytes, 0, StandardCharsets.UTF_16.newDecoder());
      return text == null || hasControls(text) ? null : text;
    }
    String text = decoded(bytes, 0, StandardCharsets.UTF_8.newDecoder());
    if (text == null) {
      // Any bytes are valid Latin-1. Real text consists mostly of letters in any of its code pages.
      text = new String(bytes, StandardCharsets.ISO_8859_1);
      long odd = text.chars().filter(c -> c >= 0x7f).count();
      if (odd * 3 > text.length()) {
        return null;
      }
    }
    return hasControls(text) ? null : text;
  }

  /// Decodes text whose last character may be truncated; null if it is invalid.
  private static @Nullable String decoded(byte[] bytes, int from, CharsetDecoder decoder) {
    CharBuffer text = CharBuffer.allocate(bytes.length);
    CoderResult result =
        decoder.decode(ByteBuffer.wrap(bytes, from, bytes.length - from), text, false);
    return result.isError() ? null : text.flip().toString();
  }

  /// Whether the text contains control characters that text files do not (the WHATWG MIME Sniffing
  /// standard, section 3).
  private static boolean hasControls(String text) {
    return text.chars().anyMatch(c -> c < ' ' && "\t\n\f\r\u001b".indexOf(c) < 0);
  }
}
