package parley.web.multipart;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Bodies for the multipart tests, and the parts that the parser reads from them.
final class Form {
  static final String TYPE = "multipart/form-data; boundary=XyZ";

  /// A parsed part; `latin1` has one character per byte of the content.
  record Part(String name, @Nullable String fileName, @Nullable String contentType, String latin1) {
    byte[] content() {
      return latin1.getBytes(StandardCharsets.ISO_8859_1);
    }

    String text() {
      return new String(content(), StandardCharsets.UTF_8);
    }
  }

  private Form() {}

  /// Text as bytes, with `\n` sent as CR LF.
  static byte[] lines(String text) {
    return text.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8);
  }

  static List<Part> parse(String type, byte[] body) throws IOException {
    return parse(type, new ByteArrayInputStream(body));
  }

  static List<Part> parse(String type, InputStream body) throws IOException {
    List<Part> parts = new ArrayList<>();
    Multipart.of(type, body)
        .read(headers -> {
          ByteArrayOutputStream content = new ByteArrayOutputStream();
          return new PartSink() {
            @Override
            public void write(byte[] buffer, int offset, int length) {
              content.write(buffer, offset, length);
            }

            @Override
            public void ended() {
              parts.add(
                  new Part(
                      headers.name(),
                      headers.fileName(),
                      headers.contentType(),
                      content.toString(StandardCharsets.ISO_8859_1)));
            }
          };
        });
    return parts;
  }

  /// A body with parts of these contents, named p0, p1 …
  static byte[] body(String boundary, List<byte[]> contents) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (int i = 0; i < contents.size(); i++) {
      body.write(lines("--" + boundary + "\nContent-Disposition: form-data; name=p" + i + "\n\n"));
      body.write(contents.get(i));
      body.write(lines("\n"));
    }
    body.write(lines("--" + boundary + "--\n"));
    return body.toByteArray();
  }

  /// A stream that returns the bytes in chunks of random size up to `most`, and fails if it is read
  /// repeatedly after its end.
  static InputStream inPieces(byte[] bytes, int most, RandomGenerator random) {
    return new ByteArrayInputStream(bytes) {
      private int readsAfterTheEnd;

      @Override
      public synchronized int read(byte[] target, int offset, int length) {
        if (available() == 0 && ++readsAfterTheEnd > 1) {
          throw new AssertionError("read again after the end");
        }
        return super.read(target, offset, Math.min(length, 1 + random.nextInt(most)));
      }
    };
  }
}
