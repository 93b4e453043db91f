package parley.speech.realtime;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.speech.live.LiveInbox;
import parley.text.LongText;

/// Reads an event as it arrives. Its audio is decoded and put aside at once, so that a long event
/// needs no more memory than a short one. Where the audio turns out not to be Base64, what came
/// before has been taken.
final class EventReader implements LongText {
  /// As OpenAI: 15 MiB of audio in one event, in Base64, and the rest of the event.
  private static final int MAX_CHARS = 15 * 1024 * 1024 / 3 * 4 + 4096;

  /// Characters of an event without its audio.
  private static final int MAX_OTHER_CHARS = 64 * 1024;

  /// Characters of Base64 that are decoded at once: a multiple of four.
  private static final int PART_CHARS = 32 * 1024;

  private static final String AUDIO = "audio";

  /// Any character that is not of Base64's alphabet.
  private static final char NOT_BASE64 = ' ';

  private enum Place {
    /// Between the strings of the event.
    STRUCTURE,
    STRING,
    AUDIO
  }

  private final LiveInbox inbox;

  /// The event with its audio left out.
  private final StringBuilder others = new StringBuilder();

  private final StringBuilder encoded = new StringBuilder();
  private Place place = Place.STRUCTURE;
  private int depth;

  /// Whether the next string is the value of a field.
  private boolean isValue;

  /// Where the last string in `others` began.
  private int stringStart;

  /// Whether a backslash has just come.
  private boolean escaped;

  /// Hexadecimal digits of an escape that are still to come, and its value so far.
  private int digitsLeft;

  private int escape;

  private boolean hasAudio;
  private boolean padded;
  private @Nullable BadEvent bad;

  EventReader(LiveInbox inbox) {
    this.inbox = inbox;
  }

  @Override
  public int maxChars() {
    return MAX_CHARS;
  }

  /// Four bytes for a character that is parsed as JSON, two for one of Base64 with what is made of
  /// it.
  @Override
  public long heldBytes() {
    return 4L * others.capacity() + 2L * encoded.capacity();
  }

  @Override
  public void add(String piece) {
    for (int i = 0; i < piece.length(); i++) {
      char next = piece.charAt(i);
      switch (place) {
        case STRUCTURE -> structure(next);
        case STRING -> string(next);
        case AUDIO -> audio(next);
      }
    }
  }

  private void structure(char next) {
    keep(next);
    switch (next) {
      case '{', '[' -> depth++;
      case '}', ']' -> depth--;
      case ':' -> isValue = true;
      case ',' -> isValue = false;
      case '"' -> {
        boolean isAudio = depth == 1 && isValue && isLastString(AUDIO);
        place = isAudio ? Place.AUDIO : Place.STRING;
        hasAudio |= isAudio;
        stringStart = others.length();
      }
      default -> {
        // White space, numbers, true, false and null.
      }
    }
  }

  private void string(char next) {
    keep(next);
    if (escaped) {
      escaped = false;
    } else if (next == '\\') {
      escaped = true;
    } else if (next == '"') {
      place = Place.STRUCTURE;
    }
  }

  private void keep(char next) {
    if (others.length() == MAX_OTHER_CHARS) {
      fail(new BadEvent("invalid_value", "Only audio may be longer than 65,536 characters.", null));
      others.setLength(0);
    }
    others.append(next);
  }

  private boolean isLastString(String name) {
    int end = stringStart + name.length();
    return end < others.length()
        && others.charAt(end) == '"'
        && others.substring(stringStart, end).equals(name);
  }

  /// Takes a character of audio. Some writers of JSON escape the slash and the plus of Base64.
  private void audio(char next) {
    if (digitsLeft > 0) {
      escape = 16 * escape + Math.max(0, Character.digit(next, 16));
      digitsLeft--;
      if (digitsLeft == 0) {
        encoded.append((char) escape);
      }
    } else if (escaped) {
      escaped = false;
      escape = 0;
      digitsLeft = next == 'u' ? 4 : 0;
      if (digitsLeft == 0) {
        encoded.append(next == '/' ? next : NOT_BASE64);
      }
    } else if (next == '\\') {
      escaped = true;
    } else if (next == '"') {
      decode();
      keep(next);
      place = Place.STRUCTURE;
    } else {
      encoded.append(next);
    }
    if (encoded.length() == PART_CHARS) {
      decode();
    }
  }

  private void decode() {
    if (encoded.isEmpty()) {
      return;
    }
    try {
      if (padded) {
        throw new IllegalArgumentException("goes on after its padding");
      }
      padded = encoded.charAt(encoded.length() - 1) == '=';
      byte[] audio = Base64.getDecoder().decode(encoded.toString());
      if (bad == null) {
        inbox.binary(ByteBuffer.wrap(audio), true);
      }
    } catch (IllegalArgumentException notBase64) {
      fail(BadEvent.value(AUDIO, "is audio in Base64"));
    }
    encoded.setLength(0);
  }

  private void fail(BadEvent first) {
    if (bad == null) {
      bad = first;
    }
  }

  @Override
  public void end() {
    String text = others.toString();
    if (!hasAudio && bad == null && !text.contains(ClientEvent.APPEND)) {
      inbox.text(text);
      return;
    }
    String eventId = null;
    try {
      ClientEvent event = ClientEvent.of(text);
      eventId = event.eventId();
      if (bad != null) {
        throw bad;
      }
      if (!event.type().equals(ClientEvent.APPEND)) {
        inbox.text(text);
      } else if (!hasAudio) {
        throw new BadEvent("missing_required_parameter", "'audio' is missing.", AUDIO);
      }
    } catch (BadEvent wrong) {
      ServerEvent error = (bad == null ? wrong : bad).error(eventId);
      inbox.reply(() -> List.of(error.json()));
    }
  }
}
