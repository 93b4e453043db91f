package parley.rooms;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.auth.Permission;
import parley.events.Event;
import parley.events.EventView;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.tenants.RoomId;
import parley.tenants.UserId;
import parley.text.Parsed;
import parley.text.TextEnum;
import parley.web.Access;
import parley.web.Exchange;
import parley.web.Route;
import tools.jackson.databind.JsonNode;

/// Routes for rooms, their members and their messages.
public final class RoomRoutes {
  /// A message with every character escaped, plus its envelope: `\u0431` stands for two bytes.
  private static final int MAX_MESSAGE_BODY = 4 * RoomMessages.MAX_BYTES;

  private final Rooms rooms;
  private final RoomMembers members;
  private final RoomMessages messages;

  public RoomRoutes(Rooms rooms, RoomMembers members, RoomMessages messages) {
    this.rooms = rooms;
    this.members = members;
    this.messages = messages;
  }

  public List<Route> routes() {
    Access access = Access.needs(Permission.ROOMS);
    return List.of(
        Route.post("/v1/rooms", access, this::create),
        Route.get("/v1/rooms", access, this::list),
        Route.get("/v1/rooms/{room_id}", access, this::show),
        Route.get("/v1/directory/rooms", access, this::directory),
        Route.post("/v1/rooms/{room_id}/invite", access, this::invite),
        Route.post("/v1/rooms/{room_id}/join", access, this::join),
        Route.post("/v1/rooms/{room_id}/leave", access, this::leave),
        Route.post("/v1/rooms/{room_id}/kick", access, this::kick),
        Route.get("/v1/rooms/{room_id}/members", access, this::listMembers),
        Route.put("/v1/rooms/{room_id}/members/{participant_id}", access, this::setPower),
        Route.post("/v1/rooms/{room_id}/send", access, this::send),
        Route.get("/v1/rooms/{room_id}/messages", access, this::listMessages));
  }

  record Creation(@Nullable String roomType, @Nullable String name, @Nullable String topic) {}

  record Participant(@Nullable String participantId) {}

  record Power(@Nullable Integer powerLevel) {}

  private void create(Exchange exchange) throws IOException {
    Creation wanted = exchange.json(Creation.class);
    Room room =
        rooms.create(
            exchange.caller(),
            wanted.roomType == null ? RoomType.GROUP : type(wanted.roomType),
            wanted.name == null ? "" : wanted.name,
            wanted.topic);
    exchange.data(201, view(room));
  }

  private static RoomType type(String text) {
    return TextEnum.parse(RoomType.class, text)
        .orElseThrow(() -> Problem.invalid("room_type", "is group or public"));
  }

  private void list(Exchange exchange) {
    exchange.page(rooms.list(exchange.caller(), exchange.pageRequest()).map(RoomRoutes::view));
  }

  private void show(Exchange exchange) {
    exchange.data(200, view(rooms.find(exchange.caller(), room(exchange))));
  }

  private void directory(Exchange exchange) {
    exchange.page(rooms.directory(exchange.caller(), exchange.pageRequest()).map(RoomRoutes::view));
  }

  private void invite(Exchange exchange) throws IOException {
    exchange.data(
        200, view(members.invite(exchange.caller(), room(exchange), participant(exchange))));
  }

  private void join(Exchange exchange) {
    exchange.data(200, view(members.join(exchange.caller(), room(exchange))));
  }

  private void leave(Exchange exchange) {
    exchange.data(200, view(members.leave(exchange.caller(), room(exchange))));
  }

  private void kick(Exchange exchange) throws IOException {
    exchange.data(
        200, view(members.kick(exchange.caller(), room(exchange), participant(exchange))));
  }

  private void listMembers(Exchange exchange) {
    exchange.page(
        members
            .list(exchange.caller(), room(exchange), exchange.pageRequest())
            .map(RoomRoutes::view));
  }

  private void setPower(Exchange exchange) throws IOException {
    UserId user = exchange.path("participant_id", UserId::parse, ProblemCode.PARTICIPANT_NOT_FOUND);
    Integer power = exchange.json(Power.class).powerLevel;
    exchange.data(
        200,
        view(
            members.setPower(exchange.caller(), room(exchange), user, power == null ? -1 : power)));
  }

  private void send(Exchange exchange) throws IOException {
    JsonNode content = exchange.json(JsonNode.class, MAX_MESSAGE_BODY).path("content");
    exchange.data(200, EventView.of(messages.send(exchange.caller(), room(exchange), content)));
  }

  private void listMessages(Exchange exchange) {
    RoomMessages.Listed page =
        messages.list(exchange.caller(), room(exchange), before(exchange), exchange.pageLimit());
    List<Event> found = page.messages();
    exchange.json(
        200,
        new MessagesView(
            found.stream().map(EventView::of).toList(),
            new MessagesMeta(
                page.total(), page.older() ? String.valueOf(found.getLast().position()) : null)));
  }

  private record MessagesView(List<EventView> data, MessagesMeta meta) {}

  private record MessagesMeta(@Nullable Long total, @Nullable String nextCursor) {}

  private static RoomId room(Exchange exchange) {
    return exchange.path("room_id", RoomId::parse, ProblemCode.ROOM_NOT_FOUND);
  }

  /// The cursor of messages is the position of the last one shown.
  private static long before(Exchange exchange) {
    return exchange
        .query("cursor")
        .map(text ->
            Parsed.of(text, Long::valueOf)
                .orElseThrow(
                    () -> Problem.badRequest("cursor", "is not one that a list has returned")))
        .orElse(Long.MAX_VALUE);
  }

  private static UserId participant(Exchange exchange) throws IOException {
    String id = exchange.json(Participant.class).participantId;
    if (id == null) {
      throw Problem.invalid("participant_id", "is missing");
    }
    return UserId.parse(id)
        .orElseThrow(
            () -> new Problem(ProblemCode.PARTICIPANT_NOT_FOUND, "There is no such participant."));
  }

  private static RoomView view(Room room) {
    return new RoomView(
        room.id(), room.name(), room.topic(), room.type(), room.creator(), room.createdAt());
  }

  private static MemberView view(Member member) {
    return new MemberView(
        member.user(),
        member.membership(),
        member.power(),
        member.joinedAt(),
        new ParticipantView(member.user(), member.name(), "user"));
  }

  private record RoomView(
      RoomId id,
      String name,
      @Nullable String topic,
      RoomType roomType,
      UserId creatorId,
      Instant createdAt) {}

  private record MemberView(
      UserId participantId,
      Membership membership,
      int powerLevel,
      @Nullable Instant joinedAt,
      ParticipantView participant) {}

  private record ParticipantView(UserId id, String displayName, String participantType) {}
}
