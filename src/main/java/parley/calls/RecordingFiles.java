package parley.calls;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;
import parley.tenants.UserId;

/// Names of egress's files.
final class RecordingFiles {
  /// Without colons, which some file systems refuse.
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH-mm-ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private RecordingFiles() {}

  /// Formats a time for file names.
  static String time(Instant at) {
    return TIME.format(at);
  }

  /// `recordings/<call id>/<time>.mp4`, or `…/<time>-<participant id>.mp4`.
  static String name(CallId call, @Nullable UserId participant, Instant startedAt) {
    String of = participant == null ? "" : "-" + participant;
    return "recordings/" + call + "/" + time(startedAt) + of + ".mp4";
  }
}
