package parley.speech.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.BeforeTry;
import parley.problem.Problem;

class StreamReaderTest {
  private static final String OPEN =
      "{\"type\":\"open\",\"language_hint\":\"en\",\"media_type\":\"audio/wav\"}";
  private static final String FLUSH = "{ \"type\" : \"flush\" }";
  private static final String CLOSE = "{\"type\":\"close\"}";

  /// What a reader finds: control messages by their kind, and all sound.
  private static final class Found implements LiveSession {
    final List<String> controls = new ArrayList<>();
    final ByteArrayOutputStream sound = new ByteArrayOutputStream();

    @Override
    public void control(Control control) {
      controls.add(control.getClass().getSimpleName() + "@" + sound.size());
    }

    @Override
    public void sound(ByteBuffer bytes) {
      byte[] copy = new byte[bytes.remaining()];
      bytes.get(copy);
      sound.writeBytes(copy);
    }

    @Override
    public void reply(Supplier<List<String>> messages) {
      throw new AssertionError("a reader answers nothing");
    }
  }

  private Found found = new Found();
  private StreamReader reader = new StreamReader();

  /// Each try has a stream of its own.
  @BeforeTry
  void begin() {
    found = new Found();
    reader = new StreamReader();
  }

  @Example
  void takesSoundThatIsFullOfBracketsAsFastAsOther() throws IOException {
    byte[] nested = bytes("x" + "{\"a\":".repeat(1_300) + "1" + "}".repeat(1_300));
    int messages = 100;

    assertTimeout(
        Duration.ofSeconds(2),
        () -> {
          for (int i = 0; i < messages; i++) {
            reader.binary(ByteBuffer.wrap(nested), true, found);
          }
        });
    reader.end(found);

    assertThat(found.sound.size()).isEqualTo(messages * nested.length);
    assertThat(found.controls).isEmpty();
  }

  @Property(tries = 300)
  void findsTheLinesOfAShellsPipeHoweverItIsCut(
      @ForAll @Size(max = 3000) byte[] sound,
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 700) int max)
      throws IOException {
    byte[] pipe = joined(bytes(OPEN + "\n"), sound, bytes(FLUSH + "\n" + CLOSE + "\n"));
    Random random = new Random(seed);
    int messageBegins = 0;
    for (int at = 0; at < pipe.length; ) {
      int length = Math.min(pipe.length - at, 1 + random.nextInt(max));
      String message =
          new String(pipe, messageBegins, at + length - messageBegins, StandardCharsets.UTF_8);
      // A message that is nothing but a control message is no line of a pipe.
      boolean whole = List.of(OPEN, FLUSH, CLOSE).contains(message);
      boolean last = !whole && (at + length == pipe.length || random.nextBoolean());
      reader.binary(ByteBuffer.wrap(pipe, at, length), last, found);
      at += length;
      messageBegins = last ? at : messageBegins;
    }
    reader.end(found);

    assertThat(found.controls)
        .containsExactly("Open@0", "Flush@" + sound.length, "Close@" + sound.length);
    assertThat(found.sound.toByteArray()).isEqualTo(sound);
  }

  @Property(tries = 200)
  void leavesSoundAlone(@ForAll @Size(max = 2000) byte[] sound, @ForAll long seed)
      throws IOException {
    Random random = new Random(seed);
    for (int at = 0; at < sound.length; ) {
      int length = Math.min(sound.length - at, 1 + random.nextInt(200));
      reader.binary(ByteBuffer.wrap(sound, at, length), random.nextBoolean(), found);
      at += length;
    }
    reader.end(found);

    assertThat(found.sound.toByteArray()).isEqualTo(sound);
    assertThat(found.controls).isEmpty();
  }

  @Example
  void takesWhatLooksLikeALineInTheMiddleOfSoundForSound() throws IOException {
    byte[] message = joined(new byte[] {1, 2}, bytes(CLOSE + "\n"), new byte[] {3});
    reader.binary(ByteBuffer.wrap(message), true, found);

    assertThat(found.controls).isEmpty();
    assertThat(found.sound.toByteArray()).isEqualTo(message);
  }

  @Example
  void findsControlMessagesThatAreBinaryMessagesOfTheirOwn() throws IOException {
    reader.binary(ByteBuffer.wrap(bytes(OPEN)), true, found);
    reader.binary(ByteBuffer.wrap(new byte[] {'\n', 7}), true, found);
    reader.binary(ByteBuffer.wrap(bytes(CLOSE)), true, found);

    assertThat(found.controls).containsExactly("Open@0", "Close@2");
  }

  @Example
  void takesTheEndOfALineThatComesLate() throws IOException {
    reader.binary(ByteBuffer.wrap(joined(new byte[] {1}, bytes(FLUSH))), true, found);
    reader.binary(ByteBuffer.wrap(new byte[] {'\n', 2}), true, found);

    assertThat(found.controls).containsExactly("Flush@1");
    assertThat(found.sound.toByteArray()).containsExactly(1, 2);
  }

  @Example
  void readsTextMessagesOneOrSeveral() throws IOException {
    reader.text("\n" + OPEN + "\r\n" + FLUSH + "\n", found);
    reader.text(CLOSE, found);

    assertThat(found.controls).containsExactly("Open@0", "Flush@0", "Close@0");
  }

  @Example
  void tellsTextThatIsNoControlMessage() throws IOException {
    for (String text :
        List.of(
            "", "hello", "{}", "[1]", "{\"type\":\"dance\"}", "{\"type\":7}", OPEN + "x", "{\"")) {
      assertThat(reader.text(text, found)).as(text).isFalse();
    }
  }

  @Example
  void namesTheFieldThatDoesNotFit() throws IOException {
    for (String field :
        List.of(
            "\"chunk_seconds\":0",
            "\"chunk_seconds\":\"5\"",
            "\"language_hint\":\"klingon\"",
            "\"interim\":1",
            "\"backend_preference\":\"best\"")) {
      String name = field.substring(1, field.indexOf('"', 1));
      assertThatThrownBy(() ->
              reader.text("{\"type\":\"open\",\"media_type\":\"audio/wav\"," + field + "}", found))
          .as(field)
          .isInstanceOfSatisfying(
              Problem.class,
              problem -> assertThat(problem.details().getFirst().field()).isIn(name, "language"));
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    Arrays.stream(parts).forEach(all::writeBytes);
    return all.toByteArray();
  }
}
