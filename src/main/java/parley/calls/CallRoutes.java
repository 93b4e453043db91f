package parley.calls;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import parley.auth.Permission;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.tenants.RoomId;
import parley.text.TextEnum;
import parley.web.Access;
import parley.web.Exchange;
import parley.web.Route;

/// The routes of calls in the wave dialect.
public final class CallRoutes {
  private final Optional<Calls> calls;

  /// @param calls empty if LiveKit is not configured: then all of it is unavailable
  public CallRoutes(Optional<Calls> calls) {
    this.calls = calls;
  }

  public List<Route> routes() {
    Access access = Access.needs(Permission.CALLS);
    return List.of(
        Route.post("/v1/calls/initiate", access, this::initiate),
        Route.get("/v1/calls/{call_id}", access, this::show),
        Route.post("/v1/calls/{call_id}/join", access, this::join),
        Route.post("/v1/calls/{call_id}/leave", access, this::leave),
        Route.post("/v1/calls/{call_id}/reject", access, this::reject),
        Route.post("/v1/calls/{call_id}/end", access, this::end));
  }

  private record Initiation(@Nullable String roomId, @Nullable String type) {}

  private void initiate(Exchange exchange) throws IOException {
    Initiation body = exchange.json(Initiation.class);
    if (body.roomId() == null) {
      throw Problem.invalid("room_id", "is missing");
    }
    RoomId room = RoomId.required(body.roomId());
    CallType type =
        Optional.ofNullable(body.type())
            .flatMap(text -> TextEnum.parse(CallType.class, text))
            .orElseThrow(() -> Problem.invalid("type", "is audio or video"));
    exchange.setHeader("Cache-Control", "no-store");
    exchange.data(200, calls().initiate(exchange.caller(), room, type));
  }

  private void join(Exchange exchange) throws IOException {
    CallId id = id(exchange);
    exchange.setHeader("Cache-Control", "no-store");
    exchange.data(200, calls().join(exchange.caller(), id));
  }

  private void show(Exchange exchange) throws IOException {
    CallId id = id(exchange);
    show(exchange, calls().find(exchange.caller(), id));
  }

  private void leave(Exchange exchange) throws IOException {
    CallId id = id(exchange);
    show(exchange, calls().leave(exchange.caller(), id));
  }

  private void reject(Exchange exchange) throws IOException {
    CallId id = id(exchange);
    show(exchange, calls().reject(exchange.caller(), id));
  }

  private void end(Exchange exchange) throws IOException {
    CallId id = id(exchange);
    show(exchange, calls().end(exchange.caller(), id));
  }

  private void show(Exchange exchange, Call call) {
    exchange.data(200, CallView.of(call, calls().recordings(call)));
  }

  private Calls calls() {
    return calls.orElseThrow(Calls::unreachable);
  }

  private static CallId id(Exchange exchange) {
    return exchange.path("call_id", CallId::parse, ProblemCode.CALL_NOT_FOUND);
  }
}
