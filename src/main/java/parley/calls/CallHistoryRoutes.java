package parley.calls;

import java.util.List;
import parley.auth.Permission;
import parley.paging.Page;
import parley.problem.ProblemCode;
import parley.tenants.RoomId;
import parley.web.Access;
import parley.web.Exchange;
import parley.web.Route;

/// The lists of calls in the wave dialect.
public final class CallHistoryRoutes {
  private final CallHistory history;

  public CallHistoryRoutes(CallHistory history) {
    this.history = history;
  }

  public List<Route> routes() {
    Access access = Access.needs(Permission.CALLS);
    return List.of(
        Route.get("/v1/calls", access, this::list),
        Route.get("/v1/rooms/{room_id}/calls", access, this::listOfRoom));
  }

  private void list(Exchange exchange) {
    show(exchange, history.list(exchange.caller(), exchange.pageRequest()));
  }

  private void listOfRoom(Exchange exchange) {
    RoomId room = exchange.path("room_id", RoomId::parse, ProblemCode.ROOM_NOT_FOUND);
    show(exchange, history.list(exchange.caller(), room, exchange.pageRequest()));
  }

  private static void show(Exchange exchange, Page<CallHistory.Entry> page) {
    exchange.page(page.map(entry -> CallView.of(entry.call(), entry.recordings())));
  }
}
