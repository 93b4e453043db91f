package parley.calls;

import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import parley.auth.Caller;
import parley.db.Database;
import parley.paging.Cursor;
import parley.paging.Page;
import parley.paging.PageRequest;
import parley.rooms.Rooms;
import parley.tenants.RoomId;

/// The calls of rooms, live and ended, as their members see them. It needs no LiveKit.
public final class CallHistory {
  private final Database database;
  private final Rooms rooms;

  public CallHistory(Database database, Rooms rooms) {
    this.database = database;
    this.rooms = rooms;
  }

  /// A call with its recordings, oldest first.
  record Entry(Call call, List<Recording> recordings) {}

  /// Returns the calls of all rooms that the caller is a member of, newest first.
  Page<Entry> list(Caller caller, PageRequest page) {
    return database.inTransaction(transaction ->
        entries(
            transaction,
            caller,
            CallTable.ofMember(transaction, caller.tenant(), caller.user(), page),
            page));
  }

  /// Returns the calls of a room, newest first.
  Page<Entry> list(Caller caller, RoomId room, PageRequest page) {
    return database.inTransaction(transaction -> {
      rooms.requireMember(transaction, caller.tenant(), caller.user(), room);
      return entries(
          transaction, caller, CallTable.ofRoom(transaction, caller.tenant(), room, page), page);
    });
  }

  private Page<Entry> entries(
      Handle transaction, Caller caller, List<Call> found, PageRequest wanted) {
    Page<Call> page = wanted.page(found, call -> new Cursor(call.startedAt(), call.id().value()));
    List<CallId> calls = page.items().stream().map(Call::id).toList();
    Map<CallId, List<Recording>> recorded =
        RecordingTable.ofCalls(transaction, caller.tenant(), calls);
    return page.map(call -> new Entry(call, recorded.getOrDefault(call.id(), List.of())));
  }
}
