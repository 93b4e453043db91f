package parley.rooms;

import parley.text.TextEnum;

/// A user's relation to a room.
public enum Membership implements TextEnum {
  /// Invited; may join.
  INVITE,
  /// Joined.
  JOIN,
  /// Left, was removed or declined an invitation.
  LEAVE
}
