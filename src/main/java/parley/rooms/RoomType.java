package parley.rooms;

import parley.text.TextEnum;

/// How users get into a room.
public enum RoomType implements TextEnum {
  /// By invitation.
  GROUP,
  /// Everybody of the tenant may join; the directory lists it.
  PUBLIC
}
