package parley.speech.realtime;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import parley.problem.Dialect;
import parley.problem.Problem;
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

  private final String id = ServerEvent.id("sess_");
  private final long expiresAt;
  private final AudioItems items = new AudioItems();

  /// Changed on the reading thread, within a reply.
  private volatile RealtimeSettings settings;

  /// Changed on the reading thread, within a reply.
  private volatile boolean beta;

  /// Whether a turn that the server detected goes on; read and changed while events are written.
  private boolean speaking;

  /// Bytes of audio that are not committed.
  private final AtomicLong buffered = new AtomicLong();

  /// Bytes of the stream. Of the reading thread, like `open`.
  private long streamed;

  /// Seconds of the session before the stream was opened.
  private volatile double before;

  private boolean open;

  /// @param model as the URL names it; null if it does not
  /// @param beta whether the client announces the beta protocol
  /// @param expiresAt seconds since 1970
  RealtimeProtocol(@Nullable String model, boolean beta, long expiresAt) {
    this.settings = RealtimeSettings.initial(model);
    this.beta = beta;
    this.expiresAt = expiresAt;
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
    return List.of(session("created").json());
  }

  private ServerEvent session(String what) {
    String type = (beta ? "transcription_session." : "session.") + what;
    return new ServerEvent.Session(type, SessionView.of(settings, id, expiresAt, beta));
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
      session.control(settings.open());
      open = true;
    }
    streamed += audio.remaining();
    buffered.addAndGet(audio.remaining());
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
    switch (event.type()) {
      case "session.update" -> update(settings.updated(configuration), beta, session);
      case "transcription_session.update" ->
          update(settings.updatedByBeta(configuration), true, session);
      case "input_audio_buffer.commit" -> commit(session);
      case "input_audio_buffer.clear" -> clear(session);
      case "" -> throw new BadEvent("missing_required_parameter", "'type' is missing.", "type");
      default -> throw BadEvent.value("type", "is " + TYPES);
    }
  }

  private void update(RealtimeSettings changed, boolean nowBeta, LiveSession session)
      throws IOException {
    if (open && !changed.opensTheSameAs(settings)) {
      session.control(new Control.End());
      open = false;
      before = now();
      streamed = 0;
    }
    session.reply(() -> {
      settings = changed;
      beta = nowBeta;
      return List.of(session("updated").json());
    });
  }

  /// Seconds of the session that have come.
  private double now() {
    return before + settings.format().seconds(streamed);
  }

  private void commit(LiveSession session) throws IOException, BadEvent {
    double seconds = settings.format().seconds(buffered.get());
    if (seconds < MIN_COMMIT) {
      throw new BadEvent(
          "input_audio_buffer_commit_empty",
          "Error committing input audio buffer: buffer too small. Expected at least 100ms of audio,"
              + " but buffer only has %.2fms of audio.".formatted(1000 * seconds),
          null);
    }
    double end = now();
    session.reply(() -> {
      buffered.set(0);
      AudioItem item = items.current(end - seconds, settings.showsUncommitted());
      List<ServerEvent> events = items.commit(item, AudioItem.End.FLUSH, seconds, beta);
      continueTurn(end);
      return texts(events);
    });
    session.control(new Control.Flush(true));
  }

  /// Whoever is still speaking gets another item.
  ///
  /// @param start seconds of the session
  private void continueTurn(double start) {
    if (speaking) {
      items.current(start, true);
    }
  }

  private void clear(LiveSession session) throws IOException {
    double start = now() - settings.format().seconds(buffered.get());
    boolean heard = open;
    session.reply(() -> {
      buffered.set(0);
      if (heard) {
        items.drop(start);
        continueTurn(now());
      }
      return List.of(new ServerEvent.Cleared().json());
    });
    if (heard) {
      session.control(new Control.Flush(true));
    }
  }

  @Override
  public List<String> write(LiveFrame frame) {
    boolean automatic = !settings.isManual();
    return texts(
        switch (frame) {
          case LiveFrame.Delta caption ->
              items.caption(caption, before + caption.start(), settings.showsUncommitted());
          case LiveFrame.SpeechStarted started -> automatic ? started(started.at()) : List.of();
          case LiveFrame.SpeechStopped stopped -> automatic ? stopped(stopped.at()) : List.of();
          case LiveFrame.UtteranceEnd end -> items.end(AudioItem.End.UTTERANCE);
          case LiveFrame.Flushed flushed -> items.end(AudioItem.End.FLUSH);
          case LiveFrame.Failed failed -> failed(failed.problem());
          case LiveFrame.Ready _, LiveFrame.Speaker _, LiveFrame.Closed _ -> List.of();
        });
  }

  private List<ServerEvent> started(double at) {
    speaking = true;
    double padding = settings.detection().prefixPaddingMs() / 1000.0;
    double start = before + Math.max(0, at - padding);
    AudioItem item = items.current(start, true);
    return List.of(new ServerEvent.SpeechStarted(item.id, Math.round(1000 * start)));
  }

  private List<ServerEvent> stopped(double at) {
    speaking = false;
    if (!items.hasCurrent()) {
      // The session left it to the client to commit when this speech began.
      return List.of();
    }
    double end = before + at + settings.detection().pauseSeconds();
    AudioItem item = items.current(end, true);
    buffered.set(0);
    List<ServerEvent> events = new ArrayList<>();
    events.add(new ServerEvent.SpeechStopped(item.id, Math.round(1000 * end)));
    events.addAll(items.commit(item, AudioItem.End.UTTERANCE, end - item.start, beta));
    return events;
  }

  private List<ServerEvent> failed(Problem problem) {
    String type =
        problem.code().status(Dialect.OPENAI) >= 500 ? "server_error" : "invalid_request_error";
    ServerEvent.ErrorDetail error =
        new ServerEvent.ErrorDetail(
            type,
            problem.code().code(Dialect.OPENAI),
            problem.message(),
            problem.details().isEmpty() ? null : problem.details().getFirst().field(),
            null);
    List<ServerEvent> events = new ArrayList<>(items.fail(error));
    events.add(new ServerEvent.Failure(error));
    return events;
  }

  private static List<String> texts(List<ServerEvent> events) {
    return events.stream().map(ServerEvent::json).toList();
  }
}
