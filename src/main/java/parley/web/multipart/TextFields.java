package parley.web.multipart;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import parley.problem.Problem;
import parley.problem.ProblemCode;

/// The small text fields of a form, collected while it is read:
///
/// ```java
/// TextFields fields = new TextFields();
/// multipart.read(part -> part.name().equals("file") ? file : fields.collect(part));
/// String description = fields.first("description");
/// ```
public final class TextFields {
  /// Far more than any field of the API needs.
  private static final int MAX_FIELD_BYTES = 64 * 1024;

  /// A field's bytes are held up to four times: while the buffer grows, and as a string.
  private static final int COPIES = 4;

  private final Map<String, List<String>> values = new LinkedHashMap<>();
  private final LongConsumer room;

  /// Fields without a limit on memory.
  public TextFields() {
    this(bytes -> {});
  }

  /// @param room reserves memory, in bytes; throws if there is not enough
  public TextFields(LongConsumer room) {
    this.room = room;
  }

  /// A sink that collects the part's content as UTF-8 text.
  ///
  /// It throws a [Problem] with `BAD_MULTIPART` that names the field, for more than 64 KiB and for
  /// invalid UTF-8.
  public PartSink collect(PartHeaders part) {
    room.accept(2L * part.name().length());
    return new TextSink(part.name());
  }

  /// The first value of a field, as sent; null if there is none.
  public @Nullable String first(String name) {
    List<String> all = values.get(name);
    return all == null ? null : all.getFirst();
  }

  /// All values of a field, in the order of the form.
  public List<String> all(String name) {
    return List.copyOf(values.getOrDefault(name, List.of()));
  }

  private final class TextSink implements PartSink {
    private final String name;
    private final ByteArrayOutputStream content = new ByteArrayOutputStream(128);

    TextSink(String name) {
      this.name = name;
    }

    @Override
    public void write(byte[] buffer, int offset, int length) {
      if (content.size() + length > MAX_FIELD_BYTES) {
        throw refused("A text field may hold at most 64 KiB");
      }
      room.accept((long) length * COPIES);
      content.write(buffer, offset, length);
    }

    @Override
    public void ended() {
      try {
        String text =
            StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(content.toByteArray()))
                .toString();
        values.computeIfAbsent(name, ignored -> new ArrayList<>()).add(text);
      } catch (CharacterCodingException notText) {
        throw refused("A text field must be UTF-8");
      }
    }

    private Problem refused(String message) {
      return new Problem(ProblemCode.BAD_MULTIPART, message).at(name);
    }
  }
}
