package parley.events;

import org.jspecify.annotations.Nullable;
import parley.tenants.RoomId;
import parley.tenants.UserId;

/// Who receives an event.
public sealed interface Audience {
  /// Everybody who is a member of the room at that moment.
  ///
  /// @param besides somebody who receives it without being a member, such as an invited user
  /// @param except a member who does not receive it
  record Room(RoomId room, @Nullable UserId besides, @Nullable UserId except) implements Audience {}

  /// One user alone.
  record User(UserId user) implements Audience {}

  static Room room(RoomId room) {
    return new Room(room, null, null);
  }

  /// The room, and this user whether they are a member or not.
  static Room roomAnd(RoomId room, UserId user) {
    return new Room(room, user, null);
  }

  /// The room without this member.
  static Room roomExcept(RoomId room, UserId user) {
    return new Room(room, null, user);
  }

  static User user(UserId user) {
    return new User(user);
  }

  /// The room, if it is one.
  default @Nullable RoomId roomId() {
    return this instanceof Room room ? room.room : null;
  }

  /// The user who receives it whether they are in a room or not, if any.
  default @Nullable UserId userId() {
    return switch (this) {
      case Room room -> room.besides;
      case User(UserId user) -> user;
    };
  }

  /// The member who does not receive it, if any.
  default @Nullable UserId exceptId() {
    return this instanceof Room room ? room.except : null;
  }
}
