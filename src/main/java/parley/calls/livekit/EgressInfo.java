package parley.calls.livekit;

import java.time.Instant;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import parley.text.Parsed;
import tools.jackson.databind.JsonNode;

/// The state of an egress as LiveKit reports it.
///
/// @param id such as `EG_…`
/// @param room the name of the recorded room
/// @param end why it ended
/// @param detail egress's own message about its end, which may contain addresses and paths; empty
///   if there is none or it ended normally
/// @param endedAt when recording ended, before the file was processed; null until then
/// @param inBackup whether the file could not be uploaded and is in egress's own backup
/// @param files files that it was told to write or has written, by egress's names
public record EgressInfo(
    String id,
    String room,
    Status status,
    End end,
    String detail,
    @Nullable Instant endedAt,
    boolean inBackup,
    Set<String> files) {
  /// The progress of an egress. https://docs.livekit.io/reference/other/egress/api/#egressinfo
  public enum Status {
    STARTING,
    ACTIVE,
    /// It has left the room; the file is being written and delivered.
    ENDING,
    COMPLETE,
    FAILED,
    ABORTED,
    /// It ended by itself at egress's maximum length or size; the file has been delivered.
    LIMIT_REACHED
  }

  /// Why it ended, as far as egress tells:
  /// https://github.com/livekit/protocol/blob/main/livekit/livekit_egress.go
  public enum End {
    /// It has not ended, or was told to.
    UNSPECIFIED,
    /// The room was closed, or egress was removed from it.
    SOURCE_CLOSED,
    LIMIT,
    /// Egress ran out of CPU or memory.
    OVERLOAD,
    /// Egress was shut down.
    SHUT_DOWN,
    /// Nobody sent anything that could have been recorded.
    NOTHING_SENT,
    FAILURE
  }

  private static final long NANOSECONDS = 1_000_000_000;

  /// Whether it is recording, or about to.
  public boolean isOn() {
    return status == Status.STARTING || status == Status.ACTIVE;
  }

  /// Parses both forms of protobuf's JSON: answers have `egress_id`, webhooks `egressId`.
  static EgressInfo of(JsonNode info) {
    Set<String> files = new HashSet<>(info.findValuesAsString("filepath"));
    files.addAll(info.findValuesAsString("filename"));
    Status status = status(info.path("status").asString(""));
    // PostgreSQL cannot store a NUL.
    String error = info.path("error").asString("").replace('\0', ' ');
    String details = info.path("details").asString("").replace('\0', ' ');
    End end = end(status, (details + " " + error).toLowerCase(Locale.ROOT));
    boolean expected = end == End.UNSPECIFIED || end == End.SOURCE_CLOSED;
    return new EgressInfo(
        text(info, "egress_id", "egressId"),
        text(info, "room_name", "roomName"),
        status,
        end,
        error.isEmpty() && !expected ? details : error,
        endedAt(info),
        info.path("backup_storage_used").asBoolean(info.path("backupStorageUsed").asBoolean(false)),
        files);
  }

  private static End end(Status status, String words) {
    if (words.contains("exhausted") || words.contains("out of memory")) {
      return End.OVERLOAD;
    }
    if (words.contains("start signal") || words.contains("before pipeline could start")) {
      return End.NOTHING_SENT;
    }
    if (status == Status.LIMIT_REACHED || words.contains("limit reached")) {
      return End.LIMIT;
    }
    if (words.contains("process killed")) {
      return End.SHUT_DOWN;
    }
    if (status == Status.FAILED || status == Status.ABORTED) {
      return End.FAILURE;
    }
    return words.contains("source closed") ? End.SOURCE_CLOSED : End.UNSPECIFIED;
  }

  /// The file's end is that of the recording; the egress's own end includes the upload.
  private static @Nullable Instant endedAt(JsonNode info) {
    return Stream.of("file_results", "fileResults")
        .flatMap(name -> StreamSupport.stream(info.path(name).spliterator(), false))
        .map(file -> nanoseconds(text(file, "ended_at", "endedAt")))
        .filter(at -> at > 0)
        .max(Long::compare)
        .or(() ->
            Stream.of(nanoseconds(text(info, "ended_at", "endedAt")))
                .filter(at -> at > 0)
                .findAny())
        .map(at -> Instant.ofEpochSecond(at / NANOSECONDS, at % NANOSECONDS))
        .orElse(null);
  }

  /// Protobuf writes 64-bit integers as strings.
  private static long nanoseconds(String text) {
    return Parsed.of(text, Long::valueOf).orElse(0L);
  }

  private static String text(JsonNode info, String name, String inWebhooks) {
    return info.path(name).asString(info.path(inWebhooks).asString(""));
  }

  private static Status status(String text) {
    return switch (text) {
      // Protobuf's JSON may omit the first value of an enumeration.
      case "", "EGRESS_STARTING" -> Status.STARTING;
      case "EGRESS_ACTIVE" -> Status.ACTIVE;
      case "EGRESS_ENDING" -> Status.ENDING;
      case "EGRESS_COMPLETE" -> Status.COMPLETE;
      case "EGRESS_ABORTED" -> Status.ABORTED;
      case "EGRESS_LIMIT_REACHED" -> Status.LIMIT_REACHED;
      // Includes any further end states of later versions.
      default -> Status.FAILED;
    };
  }
}
