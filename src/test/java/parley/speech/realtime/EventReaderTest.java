package parley.speech.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Supplier;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import parley.speech.live.LiveInbox;

/// However an event is written and divided, its audio is what the client encoded.
class EventReaderTest {
  private Inbox inbox = new Inbox();

  @Property(tries = 300)
  void readsTheAudioOfAnyEventInAnyPieces(
      @ForAll @Size(max = 40_000) byte[] audio,
      @ForAll @IntRange(min = 1, max = 9000) int pieceLength,
      @ForAll boolean audioFirst,
      @ForAll boolean escapedSlashes,
      @ForAll boolean escapedPlus) {
    inbox = new Inbox();
    String base64 = Base64.getEncoder().encodeToString(audio);
    base64 = escapedSlashes ? base64.replace("/", "\\/") : base64;
    base64 = escapedPlus ? base64.replace("+", "\\u002B") : base64;
    String first = "\"audio\" : \"" + base64 + "\"";
    String second =
        "\"type\":\"input_audio_buffer.append\",\"note\":[\"audio\",\"\\\"audio\\\":\"]";
    read("{" + (audioFirst ? first + "," + second : second + ", " + first) + "}", pieceLength);

    assertThat(inbox.audio.toByteArray()).isEqualTo(audio);
    assertThat(inbox.texts).isEmpty();
    assertThat(inbox.replies).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "AAAA=AAA",
        "AAAAA",
        "AA==AAAA",
        "AAAA\\nAAAA",
        "AAAA\\u00e4AAA",
        "AA A",
        "-_-_",
        "\u00e4AAA"
      })
  void refusesWhatIsNotBase64(String audio) {
    read(
        "{\"event_id\":\"e1\",\"type\":\"input_audio_buffer.append\",\"audio\":\"" + audio + "\"}",
        5);

    assertThat(inbox.replies).hasSize(1);
    assertThat(inbox.replies.getFirst())
        .contains("\"invalid_value\"", "\"param\":\"audio\"", "\"event_id\":\"e1\"");
  }

  @Test
  void takesNothingAfterABadPartAndLooksForPaddingAcrossParts() {
    String whole = Base64.getEncoder().encodeToString(new byte[3 * 8192 - 1]);
    read("{\"type\":\"input_audio_buffer.append\",\"audio\":\"" + whole + "AAAA\"}", 8192);
    assertThat(inbox.replies).hasSize(1);
    assertThat(inbox.audio.size()).isEqualTo(3 * 8192 - 1);
  }

  @Test
  void passesEverythingElseOnAndBoundsIt() {
    String other = "{\"type\":\"session.update\",\"session\":{\"audio\":{\"audio\":\"text\"}}}";
    read(other, 3);
    assertThat(inbox.texts).containsExactly(other);

    read("{\"type\":\"session.update\",\"filler\":\"" + "x".repeat(70_000) + "\"}", 8192);
    assertThat(inbox.texts).hasSize(1);
    assertThat(inbox.replies.getFirst()).contains("65,536");
  }

  @Test
  void holdsLittleOfALongEvent() {
    EventReader reader = new EventReader(inbox);
    reader.add("{\"type\":\"input_audio_buffer.append\",\"audio\":\"");
    long most = 0;
    for (int i = 0; i < 2000; i++) {
      reader.add("A".repeat(8192));
      most = Math.max(most, reader.heldBytes());
    }
    assertThat(most).isLessThan(200_000);
  }

  private void read(String event, int pieceLength) {
    EventReader reader = new EventReader(inbox);
    for (int at = 0; at < event.length(); at += pieceLength) {
      reader.add(event.substring(at, Math.min(event.length(), at + pieceLength)));
    }
    reader.end();
  }

  /// Keeps what it is given.
  private static final class Inbox implements LiveInbox {
    private final ByteArrayOutputStream audio = new ByteArrayOutputStream();
    private final List<String> texts = new ArrayList<>();
    private final List<String> replies = new ArrayList<>();

    @Override
    public void text(String message) {
      texts.add(message);
    }

    @Override
    public void binary(ByteBuffer piece, boolean last) {
      byte[] bytes = new byte[piece.remaining()];
      piece.get(bytes);
      audio.writeBytes(bytes);
    }

    @Override
    public void reply(Supplier<List<String>> messages) {
      replies.addAll(messages.get());
    }

    @Override
    public void lastCame() {}
  }
}
