package parley.rooms;

import java.util.Locale;

/// How a user stands to a room.
public enum Membership {
  /// May join.
  INVITE,
  /// Is in it.
  JOIN,
  /// Was in it, or was invited and is no more: left or was removed.
  LEAVE;

  /// As written in answers, in events and in the database.
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Membership of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
