package parley.media.pictures;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import parley.ffmpeg.Arguments;
import parley.ffmpeg.DecoderUnavailable;
import parley.ffmpeg.Ffmpeg;
import parley.ffmpeg.FfmpegRun;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Determines the duration and dimensions of audio and video files with ffprobe.
public final class MediaProbe {
  /// The result of a probe.
  ///
  /// @param width of the first video track as displayed, in pixels; null without one
  /// @param height of the first video track as displayed, in pixels; null without one
  /// @param duration of the longest track; null if it is unknown even after reading the whole file
  /// @param range of the first video track
  public record Found(
      @Nullable Integer width,
      @Nullable Integer height,
      @Nullable Duration duration,
      DynamicRange range) {}

  /// The supported containers, by ffmpeg's names. None of them can refer to other files.
  static final String FORMATS =
      "wav,w64,mp3,flac,ogg,mov,matroska,aac,aiff,asf,au,amr,amrnb,amrwb,caf,avi,flv,mpegts,mpeg,"
          + "mpegvideo,h264,ac3,eac3,dts,ape,wv,tta,mpc,mpc8,oma,voc,gsm,rm";

  /// The position in ffmpeg's progress output, in microseconds.
  private static final Pattern TIME = Pattern.compile("^out_time_us=(\\d+)$", Pattern.MULTILINE);

  private final FfmpegRun run;
  private final boolean last;
  private final JsonMapper json = new JsonMapper();

  public MediaProbe(Ffmpeg programs, PictureLimits limits) {
    this.run = new FfmpegRun(programs, limits.ofChild());
    this.last = limits.last();
  }

  /// Probes a file; empty if ffprobe does not recognize it as audio or video.
  ///
  /// @throws DecoderUnavailable when ffprobe does not work, or not with this file under these
  ///   limits
  public Optional<Found> look(Path file) throws IOException {
    byte[] output =
        run.ffprobe(
            file,
            Arguments.of(
                "-v error -protocol_whitelist fd,pipe -format_whitelist "
                    + FORMATS
                    + " -show_entries"
                    + " format=duration:stream=codec_type,width,height,sample_aspect_ratio"
                    + ",color_transfer:stream_disposition=attached_pic:stream_side_data=rotation"
                    + " -of json -fd 0 -i fd:"));
    if (output.length == 0) {
      return Optional.empty();
    }
    JsonNode root;
    try {
      root = json.readTree(output);
    } catch (JacksonException garbage) {
      run.doubt("the output of ffprobe is not JSON");
      return Optional.empty();
    }
    JsonNode video = video(root);
    if (video == null && !hasAudio(root)) {
      return Optional.empty();
    }
    Duration duration = seconds(root.path("format").path("duration").asString(""));
    if (duration == null) {
      duration = lengthReadThrough(file);
    }
    return Optional.of(found(video, duration));
  }

  private static Found found(@Nullable JsonNode video, @Nullable Duration duration) {
    int storedWidth = video == null ? 0 : video.path("width").asInt(0);
    int storedHeight = video == null ? 0 : video.path("height").asInt(0);
    if (video == null || storedWidth <= 0 || storedHeight <= 0) {
      return new Found(null, null, duration, DynamicRange.STANDARD);
    }
    int width = stretched(storedWidth, video.path("sample_aspect_ratio").asString(""));
    DynamicRange range = DynamicRange.ofName(video.path("color_transfer").asString(""));
    return isTurned(video)
        ? new Found(storedHeight, width, duration, range)
        : new Found(width, storedHeight, duration, range);
  }

  private static @Nullable JsonNode video(JsonNode root) {
    for (JsonNode stream : root.path("streams")) {
      boolean cover = stream.path("disposition").path("attached_pic").asInt(0) != 0;
      if (stream.path("codec_type").asString("").equals("video") && !cover) {
        return stream;
      }
    }
    return null;
  }

  private static boolean hasAudio(JsonNode root) {
    for (JsonNode stream : root.path("streams")) {
      if (stream.path("codec_type").asString("").equals("audio")) {
        return true;
      }
    }
    return false;
  }

  private static boolean isTurned(JsonNode video) {
    for (JsonNode side : video.path("side_data_list")) {
      if (side.path("rotation").asInt(0) % 180 != 0) {
        return true;
      }
    }
    return false;
  }

  /// Applies the sample aspect ratio, because pixels need not be square.
  private static int stretched(int width, String aspect) {
    String[] ratio = aspect.split(":", -1);
    if (ratio.length != 2) {
      return width;
    }
    try {
      long across = Long.parseLong(ratio[0]);
      long down = Long.parseLong(ratio[1]);
      long stretched = across > 0 && down > 0 ? Math.round((double) width * across / down) : width;
      return stretched > 0 && stretched < 1_000_000 ? (int) stretched : width;
    } catch (NumberFormatException none) {
      return width;
    }
  }

  private static @Nullable Duration seconds(String text) {
    try {
      double seconds = Double.parseDouble(text);
      return seconds >= 0 && seconds < 1e9 ? Duration.ofNanos((long) (seconds * 1e9)) : null;
    } catch (NumberFormatException none) {
      return null;
    }
  }

  /// Returns null rather than lose the other results when the last attempt fails because of the
  /// file.
  private @Nullable Duration lengthReadThrough(Path file) throws IOException {
    try {
      return readThrough(file);
    } catch (DecoderUnavailable failure) {
      if (failure.passedSelfTest() && last) {
        return null;
      }
      throw failure;
    }
  }

  /// Reads all packets without decoding them, because live recordings of browsers do not contain
  /// their duration.
  private @Nullable Duration readThrough(Path file) throws IOException {
    byte[] output =
        run.ffmpeg(
            file,
            null,
            Arguments.of(
                "-hide_banner -v info -nostdin -nostats -stats_period 3600"
                    + " -protocol_whitelist fd,pipe -format_whitelist "
                    + FORMATS
                    + " -fd 0 -i fd: -map 0:V? -map 0:a? -c copy -progress pipe:1 -f null -"));
    Matcher times = TIME.matcher(new String(output, StandardCharsets.US_ASCII));
    Duration last = null;
    while (times.find()) {
      last =
          Duration.ofNanos(Math.min(Long.parseLong(times.group(1)), 1_000_000_000_000_000L) * 1000);
    }
    return last;
  }
}
