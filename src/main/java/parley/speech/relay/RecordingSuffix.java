package parley.speech.relay;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import parley.media.types.MediaTypeDetector;

/// The file name suffix by which servers recognise a recording's format; OpenAI's looks at nothing
/// else.
final class RecordingSuffix {
  private RecordingSuffix() {}

  /// Returns the suffix for the content, including the dot; `.wav` if the format is unknown, since
  /// a server that inspects the content decides for itself.
  static String of(Path recording) throws IOException {
    byte[] head;
    try (InputStream content = Files.newInputStream(recording)) {
      head = content.readNBytes(MediaTypeDetector.HEAD_BYTES);
    }
    return switch (MediaTypeDetector.detect(head, "recording").value()) {
      case "audio/flac" -> ".flac";
      case "audio/mpeg" -> ".mp3";
      case "audio/ogg" -> ".ogg";
      case "audio/mp4" -> ".m4a";
      case "video/mp4", "video/quicktime" -> ".mp4";
      case "audio/webm", "video/webm", "audio/x-matroska", "video/x-matroska" -> ".webm";
      case "video/mpeg" -> ".mpeg";
      default -> ".wav";
    };
  }
}
