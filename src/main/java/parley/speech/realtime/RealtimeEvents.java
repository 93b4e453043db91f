package parley.speech.realtime;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.problem.Dialect;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.speech.live.LiveFrame;

/// What a session of the Realtime API says: its configuration, its items and their text. Apart from
/// [#settings] and [#buffered] to be used under the lock of the session's messages only.
final class RealtimeEvents {
  private final String id = ServerEvent.id("sess_");
  private final long expiresAt;
  private final AudioItems items = new AudioItems();
  private volatile RealtimeSettings settings;
  private boolean beta;

  /// Whether a turn that the server detected goes on.
  private boolean speaking;

  /// Seconds of audio that are not committed.
  private volatile double buffered;

  /// Seconds of the session before the stream was opened.
  private double before;

  /// @param beta whether the client announces the beta protocol
  /// @param expiresAt seconds since 1970
  RealtimeEvents(RealtimeSettings settings, boolean beta, long expiresAt) {
    this.settings = settings;
    this.beta = beta;
    this.expiresAt = expiresAt;
  }

  /// How the session is configured.
  RealtimeSettings settings() {
    return settings;
  }

  /// Seconds of audio that are not committed.
  double buffered() {
    return buffered;
  }

  /// Notes that so much more audio came.
  void heard(double seconds) {
    double sum = buffered + seconds;
    buffered = sum;
  }

  List<String> created() {
    return texts(List.of(session("created")));
  }

  /// Changes the configuration.
  ///
  /// @param byBeta whether the client did so by the beta protocol
  List<String> updated(RealtimeSettings changed, boolean byBeta) {
    settings = changed;
    beta = beta || byBeta;
    return texts(List.of(session("updated")));
  }

  private ServerEvent session(String what) {
    String type = (beta ? "transcription_session." : "session.") + what;
    return new ServerEvent.Session(type, SessionView.of(settings, id, expiresAt, beta));
  }

  /// Notes that the stream has ended and another one will follow. What was committed has its text
  /// by now, or never will; audio that is not committed stays.
  ///
  /// @param now seconds of the session
  List<String> streamEnded(double now) {
    before = now;
    speaking = false;
    return texts(
        items.failCommitted(
            error(new Problem(ProblemCode.INTERNAL, "The text of this audio got lost."))));
  }

  /// Commits what is buffered.
  ///
  /// @param end seconds of the session
  /// @param seconds of audio
  List<String> commit(double end, double seconds) {
    buffered = 0;
    AudioItem item = items.current(end - seconds, settings.showsUncommitted());
    List<ServerEvent> events = items.commit(item, AudioItem.End.FLUSH, seconds, beta);
    continueTurn(end);
    return texts(events);
  }

  /// Throws away what is buffered.
  ///
  /// @param end seconds of the session
  /// @param heard whether there was any
  List<String> clear(double end, boolean heard) {
    if (heard) {
      items.drop(end - buffered);
      continueTurn(end);
    }
    buffered = 0;
    return texts(List.of(new ServerEvent.Cleared()));
  }

  /// All text of what was committed or cleared is there.
  List<String> flushed() {
    return texts(items.end(AudioItem.End.FLUSH));
  }

  /// Whoever is still speaking gets another item.
  ///
  /// @param start seconds of the session
  private void continueTurn(double start) {
    if (speaking) {
      items.current(start, true);
    }
  }

  /// The events for what the stream says.
  List<String> write(LiveFrame frame) {
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
    buffered = 0;
    List<ServerEvent> events = new ArrayList<>();
    events.add(new ServerEvent.SpeechStopped(item.id, Math.round(1000 * end)));
    events.addAll(items.commit(item, AudioItem.End.UTTERANCE, end - item.start, beta));
    return events;
  }

  private List<ServerEvent> failed(Problem problem) {
    ServerEvent.ErrorDetail error = error(problem);
    List<ServerEvent> events = new ArrayList<>(items.failCommitted(error));
    events.add(new ServerEvent.Failure(error));
    return events;
  }

  private static ServerEvent.ErrorDetail error(Problem problem) {
    String type =
        problem.code().status(Dialect.OPENAI) >= 500 ? "server_error" : "invalid_request_error";
    @Nullable String field =
        problem.details().isEmpty() ? null : problem.details().getFirst().field();
    return new ServerEvent.ErrorDetail(
        type, problem.code().code(Dialect.OPENAI), problem.message(), field, null);
  }

  private static List<String> texts(List<ServerEvent> events) {
    return events.stream().map(ServerEvent::json).toList();
  }
}
