package parley.speech.realtime;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import parley.problem.Dialect;
import parley.speech.live.Control;
import parley.speech.live.LiveFrame;
import parley.speech.live.LiveInbox;
import parley.speech.live.LiveProtocol;
import parley.speech.live.LiveSession;
import parley.text.LongText;
import tools.jackson.databind.JsonNode;

/// A transcription session of OpenAI's Realtime API, in its current and its beta version. The
/// stream is opened by the first audio, and anew where a change of the session needs that.
final class RealtimeProtocol implements LiveProtocol {
  /// Seconds of audio that a commit needs.
  private static final double MIN_COMMIT = 0.1;

  private static final String TYPES =
      "session.update, transcription_session.update, input_audio_buffer.append,"
          + " input_audio_buffer.commit or input_audio_buffer.clear";

  private final RealtimeEvents events;

  /// Seconds of audio of the session. Of the reading thread, like `open`.
  private double now;

  private boolean open;

  /// @param model as the URL names it; null if it does not
  /// @param beta whether the client announces the beta protocol
  /// @param expiresAt seconds since 1970
  RealtimeProtocol(@Nullable String model, boolean beta, long expiresAt) {
    this.events = new RealtimeEvents(RealtimeSettings.initial(model), beta, expiresAt);
  }

  @Override
  public Dialect dialect() {
    return Dialect.OPENAI;
  }

  @Override
  public Optional<LongText> longText(LiveInbox inbox) {
    return Optional.of(new EventReader(inbox));
  }

  @Override
  public List<String> opened() {
    return events.created();
  }

  /// Audio is decoded at once, so that only bytes are put aside.
  @Override
  public void receive(String message, LiveInbox inbox) {
    EventReader reader = new EventReader(inbox);
    reader.add(message);
    reader.end();
  }

  @Override
  public void receive(ByteBuffer piece, boolean last, LiveInbox inbox) {
    if (last) {
      BadEvent binary =
          new BadEvent("invalid_json", "Binary messages mean nothing in this protocol.", null);
      inbox.reply(() -> List.of(binary.error(null).json()));
    }
  }

  @Override
  public void read(ByteBuffer audio, boolean last, LiveSession session) throws IOException {
    if (!open) {
      session.control(events.settings().open());
      open = true;
    }
    double seconds = events.settings().format().seconds(audio.remaining());
    now += seconds;
    session.reply(() -> {
      events.heard(seconds);
      return List.of();
    });
    session.sound(audio);
  }

  @Override
  public void read(String message, LiveSession session) throws IOException {
    String eventId = null;
    try {
      ClientEvent event = ClientEvent.of(message);
      eventId = event.eventId();
      read(event, session);
    } catch (BadEvent bad) {
      ServerEvent error = bad.error(eventId);
      session.reply(() -> List.of(error.json()));
    }
  }

  private void read(ClientEvent event, LiveSession session) throws IOException, BadEvent {
    JsonNode configuration = event.json().path("session");
    RealtimeSettings settings = events.settings();
    switch (event.type()) {
      case "session.update" -> update(settings.updated(configuration), false, session);
      case "transcription_session.update" ->
          update(settings.updatedByBeta(configuration), true, session);
      case "input_audio_buffer.commit" -> commit(session);
      case "input_audio_buffer.clear" -> clear(session);
      case "" -> throw new BadEvent("missing_required_parameter", "'type' is missing.", "type");
      default -> throw BadEvent.value("type", "is " + TYPES);
    }
  }

  private void update(RealtimeSettings changed, boolean byBeta, LiveSession session)
      throws IOException {
    if (open && !changed.opensTheSameAs(events.settings())) {
      // Returns when everything that was committed has its text.
      session.control(new Control.End());
      open = false;
      double end = now;
      session.reply(() -> events.streamEnded(end));
    }
    session.reply(() -> events.updated(changed, byBeta));
  }

  private void commit(LiveSession session) throws IOException, BadEvent {
    double seconds = events.buffered();
    if (seconds < MIN_COMMIT) {
      throw new BadEvent(
          "input_audio_buffer_commit_empty",
          "Error committing input audio buffer: buffer too small. Expected at least 100ms of audio,"
              + " but buffer only has %.2fms of audio.".formatted(1000 * seconds),
          null);
    }
    double end = now;
    session.reply(() -> events.commit(end, seconds));
    flush(session);
  }

  private void clear(LiveSession session) throws IOException {
    double end = now;
    boolean heard = events.buffered() > 0;
    session.reply(() -> events.clear(end, heard));
    if (heard) {
      flush(session);
    }
  }

  /// Asks for all text of what was heard. Since a change of the session it is there already.
  private void flush(LiveSession session) throws IOException {
    if (open) {
      session.control(new Control.Flush(true));
    } else {
      session.reply(events::flushed);
    }
  }

  @Override
  public List<String> write(LiveFrame frame) {
    return events.write(frame);
  }
}
