package parley.speech.decoding;

import java.io.BufferedReader;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What ffmpeg says on its error stream, read to the end so that it never waits for us, of which
/// only the few facts that are needed stay in memory.
final class DecoderMessages {
  private static final Pattern DURATION =
      Pattern.compile("^  Duration: (\\d{2,6}):(\\d\\d):(\\d\\d)\\.(\\d\\d)");
  private static final int LONGEST_LINE = 4096;

  private volatile @Nullable Duration announced;
  private volatile boolean opened;
  private volatile boolean withoutAudioTrack;

  /// Open once all that is said before the first sample was read.
  private final CountDownLatch introduced = new CountDownLatch(1);

  /// Reads until the stream ends.
  void readAll(BufferedReader stream) {
    StringBuilder line = new StringBuilder();
    try (stream) {
      // Not readLine: the metadata of a file may hold a line of any length.
      for (int character = stream.read(); character >= 0; character = stream.read()) {
        if (character == '\n') {
          note(line);
          line.setLength(0);
        } else if (line.length() < LONGEST_LINE) {
          line.append((char) character);
        }
      }
    } catch (IOException e) {
      // The process was ended by us; there is nothing more to hear.
    } finally {
      introduced.countDown();
    }
  }

  private void note(CharSequence line) {
    if (startsWith(line, "Input #0")) {
      opened = true;
    } else if (opened && announced == null && startsWith(line, "  Duration:")) {
      Matcher matcher = DURATION.matcher(line);
      if (matcher.find()) {
        announced =
            Duration.ofHours(Long.parseLong(matcher.group(1)))
                .plusMinutes(Long.parseLong(matcher.group(2)))
                .plusSeconds(Long.parseLong(matcher.group(3)))
                .plusMillis(10 * Long.parseLong(matcher.group(4)));
      }
    } else if (startsWith(line, "Stream mapping:")) {
      introduced.countDown();
    } else if (startsWith(line, "Stream map") && line.toString().contains("matches no streams")) {
      withoutAudioTrack = true;
    }
  }

  private static boolean startsWith(CharSequence line, String beginning) {
    return line.length() >= beginning.length()
        && beginning.contentEquals(line.subSequence(0, beginning.length()));
  }

  /// What the container says of its length. Waits until ffmpeg has said what it says before the
  /// first sample: that may still be on its way when the sample is there.
  @Nullable Duration announcedDuration() {
    try {
      introduced.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return announced;
  }

  /// One sentence for the caller.
  String reasonForNoSound() {
    if (withoutAudioTrack) {
      return "The file has no audio track";
    }
    return opened
        ? "The file holds no sound that can be decoded"
        : "The file is not audio or video, or it is broken";
  }
}
