package parley.speech;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import parley.testing.Programs;

/// Reads subtitles by ffmpeg's parsers, which players are built on.
final class Subtitles {
  private static final Pattern DIALOGUE =
      Pattern.compile("Dialogue: \\d+,([\\d:.]+),([\\d:.]+),[^,]*,[^,]*,\\d+,\\d+,\\d+,[^,]*,(.*)");

  private Subtitles() {}

  /// One caption as ffmpeg understood it; times as `0:00:01.50`.
  record Caption(String start, String end, String text) {}

  /// Reads a file; fails when ffmpeg finds a fault in it.
  ///
  /// @param format ffmpeg's name, `srt` or `webvtt`
  static List<Caption> read(String format, String file) throws IOException, InterruptedException {
    Path source = Files.createTempFile("subtitles", "." + format);
    Path target = Files.createTempFile("subtitles", ".ass");
    try {
      Files.writeString(source, file);
      Process ffmpeg =
          Programs.ffmpeg(
                  List.of(
                      "-v",
                      "warning",
                      "-y",
                      "-f",
                      format,
                      "-i",
                      source.toString(),
                      target.toString()))
              .redirectErrorStream(true)
              .start();
      ffmpeg.getOutputStream().close();
      String said =
          new String(ffmpeg.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (ffmpeg.waitFor() != 0 || !said.isEmpty()) {
        throw new AssertionError("ffmpeg says of the " + format + ": " + said);
      }
      List<Caption> captions = new ArrayList<>();
      for (String line : Files.readAllLines(target)) {
        Matcher dialogue = DIALOGUE.matcher(line);
        if (dialogue.matches()) {
          captions.add(new Caption(dialogue.group(1), dialogue.group(2), dialogue.group(3)));
        }
      }
      return captions;
    } finally {
      Files.delete(source);
      Files.delete(target);
    }
  }
}
