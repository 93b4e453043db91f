package parley.rooms;

import java.util.Locale;
import parley.problem.Problem;
import parley.problem.ProblemCode;

/// How one gets into a room.
public enum RoomType {
  /// By invitation.
  GROUP,
  /// Everybody of the tenant as they like; the directory lists it.
  PUBLIC;

  /// As written in requests and in the database.
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  static RoomType parse(String text) {
    return switch (text) {
      case "group" -> GROUP;
      case "public" -> PUBLIC;
      default ->
          throw new Problem(ProblemCode.VALIDATION, "'room_type' is group or public.")
              .at("room_type");
    };
  }
}
