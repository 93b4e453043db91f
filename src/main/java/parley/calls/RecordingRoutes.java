package parley.calls;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import parley.auth.Permission;
import parley.paging.Page;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.tenants.VideoOptions;
import parley.web.Access;
import parley.web.Exchange;
import parley.web.Route;

/// The routes of call recordings in the wave dialect.
public final class RecordingRoutes {
  private final Optional<Recordings> recordings;

  /// @param recordings empty if LiveKit is not configured: then all of it is unavailable
  public RecordingRoutes(Optional<Recordings> recordings) {
    this.recordings = recordings;
  }

  public List<Route> routes() {
    Access access = Access.needs(Permission.CALLS);
    return List.of(
        Route.post("/v1/calls/{call_id}/recording/start", access, this::start),
        Route.post("/v1/calls/{call_id}/recording/stop", access, this::stop),
        Route.get("/v1/calls/{call_id}/recordings", access, this::list));
  }

  private record Start(
      @Nullable Boolean audio,
      @Nullable Boolean video,
      @Nullable Boolean transcript,
      @Nullable Boolean participants,
      @Nullable String layout,
      @Nullable Integer width,
      @Nullable Integer height,
      @Nullable Integer videoKbps) {
    static final Start DEFAULT = new Start(null, null, null, null, null, null, null, null);
  }

  private void start(Exchange exchange) throws IOException {
    CallId id = id(exchange);
    Start body = exchange.jsonIfAny(Start.class).orElse(Start.DEFAULT);
    show(
        exchange,
        id,
        recordings().start(exchange.caller(), id, options(body), body.participants()));
  }

  private static void show(Exchange exchange, CallId id, Recordings.Active active) {
    List<RecordingView> views = active.recordings().stream().map(RecordingView::of).toList();
    exchange.data(
        200, active.perParticipant() ? new ActiveView(id, true, views) : views.getFirst());
  }

  /// Recordings of each participant.
  private record ActiveView(CallId callId, boolean participants, List<RecordingView> recordings) {}

  private static RecordingOptions options(Start body) {
    boolean audio = body.audio() == null || body.audio();
    boolean video = body.video() == null || body.video();
    boolean transcript = body.transcript() != null && body.transcript();
    if (!audio && !video) {
      throw new Problem(ProblemCode.VALIDATION, "A recording needs audio, video or both.")
          .at("audio");
    }
    if (transcript && !audio) {
      throw new Problem(ProblemCode.VALIDATION, "A transcript requires audio.").at("transcript");
    }
    VideoOptions picture =
        VideoOptions.of(body.layout(), body.width(), body.height(), body.videoKbps(), "");
    return new RecordingOptions(audio, video, picture, transcript);
  }

  private void stop(Exchange exchange) {
    CallId id = id(exchange);
    show(exchange, id, recordings().stop(exchange.caller(), id));
  }

  private void list(Exchange exchange) {
    CallId id = id(exchange);
    exchange.page(Page.whole(recordings().finished(exchange.caller(), id)).map(RecordingView::of));
  }

  private Recordings recordings() {
    return recordings.orElseThrow(Calls::unreachable);
  }

  private static CallId id(Exchange exchange) {
    return exchange.path("call_id", CallId::parse, ProblemCode.CALL_NOT_FOUND);
  }
}
