package parley.rooms;

import parley.text.TextEnum;

/// How users get into a room.
public enum RoomType implements TextEnum {
  /// By invitation.
  GROUP,
  /// Open to every user of the tenant and listed in the directory.
  PUBLIC
}
