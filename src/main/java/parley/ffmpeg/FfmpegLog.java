package parley.ffmpeg;

import java.io.BufferedReader;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads FFmpeg's error stream to the end, so that FFmpeg never blocks on it, and keeps only the
/// facts that are needed.
///
/// The phrases are those of FFmpeg 6 to 8 (fftools/ffmpeg_demux.c, fftools/ffmpeg_mux_init.c,
/// fftools/ffprobe.c, libavutil/error.c), which does not translate them.
public final class FfmpegLog {
  private static final Pattern DURATION =
      Pattern.compile("^  Duration: (\\d{2,6}):(\\d\\d):(\\d\\d)\\.(\\d\\d)");

  /// An audio track and its language.
  private static final Pattern AUDIO_TRACK =
      Pattern.compile(
          "^  Stream #0:\\d+(?:\\[\\w+\\])?(?:\\((\\w+)\\))?: Audio: (?:.*?, (\\d+) Hz)?");

  private static final int MAX_LINE = 4096;

  /// Errors about files that FFmpeg cannot read. It reads from `fd:` or `pipe:0`, which ffprobe
  /// puts before the reason.
  private static final List<String> REFUSALS =
      List.of(
          "Invalid data found when processing input",
          "Error opening input",
          "matches no streams",
          "Error while decoding",
          "Error while filtering",
          "Error submitting packet to decoder",
          "Nothing was written into output file",
          "fd:: ",
          "pipe:0: ");

  /// Errors that are independent of the file: a resource is exhausted, a limit is reached, or the
  /// build lacks a feature.
  private static final List<String> SHORTAGES =
      List.of(
          "Cannot allocate memory",
          "Resource temporarily unavailable",
          "Too many open files",
          "No space left on device",
          "Disk quota exceeded",
          "error while loading shared libraries",
          "Protocol not found",
          "Option not found",
          "Unrecognized option",
          "Unknown encoder",
          "No such filter");

  /// What FFmpeg logs when the disk fails, but also when a Matroska header ends early.
  private static final String READ_ERROR = "Input/output error";

  private volatile @Nullable Duration announced;
  private volatile int audioTracks;
  private volatile @Nullable Integer minSampleRate;
  private int tracksHeard;
  private @Nullable String firstLanguage;
  private volatile boolean opened;
  private volatile boolean refused;
  private volatile boolean withoutAudioTrack;
  private volatile @Nullable String firstLine;
  private volatile @Nullable String shortage;
  private volatile @Nullable String readError;

  /// Released once everything that FFmpeg logs before the first sample has been read.
  private final CountDownLatch introduced = new CountDownLatch(1);

  FfmpegLog() {}

  /// Reads until the stream ends.
  void readAll(BufferedReader stream) {
    StringBuilder line = new StringBuilder();
    try (stream) {
      // Not readLine, because a file's metadata may contain lines of any length.
      for (int character = stream.read(); character >= 0; character = stream.read()) {
        if (character == '\n') {
          note(line.toString());
          line.setLength(0);
        } else if (line.length() < MAX_LINE) {
          line.append((char) character);
        }
      }
      note(line.toString());
    } catch (IOException ended) {
      // We ended the process.
    } finally {
      introduced.countDown();
    }
  }

  private void note(String line) {
    if (firstLine == null && !line.isBlank()) {
      firstLine = line;
    }
    // Lines with the file's metadata are indented and may contain anything.
    boolean own = !line.startsWith(" ");
    if (own && readError == null && line.contains(READ_ERROR)) {
      readError = line;
    }
    if (line.startsWith("Input #0")) {
      opened = true;
    } else if (opened && announced == null && line.startsWith("  Duration:")) {
      announced = duration(line);
    } else if (opened && introduced.getCount() > 0 && line.startsWith("  Stream #0:")) {
      noteTrack(line);
    } else if (line.startsWith("Stream mapping:")) {
      introduced.countDown();
    } else if (own && shortage == null && SHORTAGES.stream().anyMatch(line::contains)) {
      shortage = line;
    } else if (own && REFUSALS.stream().anyMatch(line::contains)) {
      refused = true;
      if (line.startsWith("Stream map") && line.contains("matches no streams")) {
        withoutAudioTrack = true;
      }
    }
  }

  private void noteTrack(String line) {
    Matcher track = AUDIO_TRACK.matcher(line);
    if (track.find()) {
      String language = track.group(1) == null ? "" : track.group(1);
      if (firstLanguage == null) {
        firstLanguage = language;
      }
      // A track in another language repeats the same content.
      if (language.equals(firstLanguage)) {
        tracksHeard++;
        audioTracks = tracksHeard;
        if (track.group(2) != null) {
          int rate = Integer.parseInt(track.group(2));
          minSampleRate = minSampleRate == null ? rate : Math.min(rate, minSampleRate);
        }
      }
    }
  }

  private static @Nullable Duration duration(String line) {
    Matcher matcher = DURATION.matcher(line);
    if (!matcher.find()) {
      return null;
    }
    return Duration.ofHours(Long.parseLong(matcher.group(1)))
        .plusMinutes(Long.parseLong(matcher.group(2)))
        .plusSeconds(Long.parseLong(matcher.group(3)))
        .plusMillis(10 * Long.parseLong(matcher.group(4)));
  }

  /// The duration that the container declares. Waits until everything that ffmpeg logs before the
  /// first sample has been read, which may happen after the sample itself has arrived.
  public @Nullable Duration announcedDuration() {
    awaitIntroduction();
    return announced;
  }

  /// The number of audio tracks that are mixed: those in the language of the first one. Waits like
  /// [#announcedDuration()].
  public int audioTracks() {
    awaitIntroduction();
    return audioTracks;
  }

  /// The lowest sample rate of these tracks in Hz; null if unknown. Waits like
  /// [#announcedDuration()].
  public @Nullable Integer minSampleRate() {
    awaitIntroduction();
    return minSampleRate;
  }

  /// Whether FFmpeg has opened a file. Waits like [#announcedDuration()].
  public boolean hasOpened() {
    awaitIntroduction();
    return opened;
  }

  /// Waits until everything before the first sample is logged, or the log has ended.
  void awaitIntroduction() {
    try {
      introduced.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Whether FFmpeg examined a file: opened it or reported what is wrong with it. Otherwise it did
  /// not run properly.
  boolean hasLooked() {
    return opened || refused;
  }

  /// The line that reports an exhausted resource or a missing feature.
  Optional<String> shortage() {
    return Optional.ofNullable(shortage);
  }

  /// The line that reports that the input could not be read, or ended early.
  Optional<String> readError() {
    return Optional.ofNullable(readError);
  }

  /// The first line, which is the reason when a program could not be loaded.
  Optional<String> firstLine() {
    return Optional.ofNullable(firstLine);
  }

  /// The error message for a file without decodable audio.
  public String reasonForNoSound() {
    if (withoutAudioTrack) {
      return "The file has no audio track";
    }
    return opened
        ? "The file holds no sound that can be decoded"
        : "The file is not audio or video, or it is broken";
  }
}
