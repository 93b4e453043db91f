package parley.events;

import org.jspecify.annotations.Nullable;
import parley.tenants.RoomId;
import parley.tenants.UserId;

/// Who receives an event.
public sealed interface Audience {
  /// The members of the room at that moment.
  ///
  /// @param besides a user who also receives it without being a member, such as an invited one
  /// @param except a member who does not receive it
  record Room(RoomId room, @Nullable UserId besides, @Nullable UserId except) implements Audience {}

  /// A single user.
  record User(UserId user) implements Audience {}

  static Room room(RoomId room) {
    return new Room(room, null, null);
  }

  /// The room's members and this user.
  static Room roomAnd(RoomId room, UserId user) {
    return new Room(room, user, null);
  }

  /// The room's members except this one.
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

  /// The user who receives it without being a member, if any.
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
