package parley.events;

import org.jspecify.annotations.Nullable;
import parley.tenants.RoomId;
import parley.tenants.UserId;

/// Who hears an event.
public sealed interface Audience {
  /// Those who are members of the room at that moment.
  ///
  /// @param besides somebody who hears it although they are no member, as who is invited
  /// @param except a member who does not hear it
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
}
