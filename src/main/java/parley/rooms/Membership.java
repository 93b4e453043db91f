package parley.rooms;

import parley.text.TextEnum;

/// What a user is to a room.
public enum Membership implements TextEnum {
  /// May join.
  INVITE,
  /// Is in it.
  JOIN,
  /// Was in it or was invited, and is no more: left or was removed.
  LEAVE
}
