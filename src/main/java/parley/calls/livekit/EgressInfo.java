package parley.calls.livekit;

import java.util.HashSet;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// What LiveKit tells of one of its recordings.
///
/// @param id its name for it
/// @param room the name of the recorded room
/// @param error why it failed; empty when it did not
/// @param files the files it was told to write or has written, as it names them
public record EgressInfo(String id, String room, Status status, String error, Set<String> files) {
  /// How far it is. https://docs.livekit.io/reference/other/egress/api/#egressinfo
  public enum Status {
    STARTING,
    ACTIVE,
    /// It has left the room; the file is being written and put in its place.
    ENDING,
    COMPLETE,
    FAILED,
    ABORTED,
    /// It ended by itself at egress's longest or largest; the file is there.
    LIMIT_REACHED
  }

  /// Whether it records, or is about to.
  public boolean isOn() {
    return status == Status.STARTING || status == Status.ACTIVE;
  }

  /// Reads both forms of protobuf's JSON: answers have `egress_id` and webhooks `egressId`.
  static EgressInfo of(JsonNode info) {
    Set<String> files = new HashSet<>(info.findValuesAsString("filepath"));
    files.addAll(info.findValuesAsString("filename"));
    return new EgressInfo(
        text(info, "egress_id", "egressId"),
        text(info, "room_name", "roomName"),
        status(info.path("status").asString("")),
        text(info, "error", "error"),
        files);
  }

  private static String text(JsonNode info, String name, String inWebhooks) {
    return info.path(name).asString(info.path(inWebhooks).asString(""));
  }

  private static Status status(String text) {
    return switch (text) {
      // The first value of a protobuf enumeration may be left out of its JSON.
      case "", "EGRESS_STARTING" -> Status.STARTING;
      case "EGRESS_ACTIVE" -> Status.ACTIVE;
      case "EGRESS_ENDING" -> Status.ENDING;
      case "EGRESS_COMPLETE" -> Status.COMPLETE;
      case "EGRESS_ABORTED" -> Status.ABORTED;
      case "EGRESS_LIMIT_REACHED" -> Status.LIMIT_REACHED;
      // And whatever a later version may call an end.
      default -> Status.FAILED;
    };
  }
}
