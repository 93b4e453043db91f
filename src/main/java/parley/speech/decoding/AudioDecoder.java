package parley.speech.decoding;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.ffmpeg.DecoderUnavailable;
import parley.ffmpeg.Ffmpeg;
import parley.ffmpeg.FfmpegProcess;
import parley.problem.Problem;
import parley.problem.ProblemCode;

/// Opens the sound of any media file as 16 kHz mono samples.
///
/// The child process gets the file as its standard input and may open nothing else: neither the
/// `file` nor any network protocol is allowed to it, so that a playlist or a reference inside a
/// container fetches nothing, and the file's name plays no part in finding its format. Formats that
/// only point at other media (HLS, DASH, concat …) are not among the allowed ones.
public final class AudioDecoder {
  /// Samples per second of every stream that this opens.
  public static final int SAMPLE_RATE = 16_000;

  /// Containers that hold sound, by ffmpeg's names (`ffmpeg -demuxers`).
  static final String FORMATS =
      "wav,w64,mp3,flac,ogg,mov,matroska,aac,aiff,asf,au,amr,amrnb,amrwb,caf,avi,flv,mpegts,mpeg,"
          + "ac3,eac3,dts,ape,wv,tta,tak,mpc,mpc8,oma,voc,gsm,sln,nistsphere";

  /// Asks nothing and says what it opens, and what is wrong with it, once.
  private static final List<String> QUIETLY =
      List.of("-hide_banner", "-nostdin", "-nostats", "-loglevel", "info");

  /// The first track of sound. Gaps in the recording become silence and a late start is padded, so
  /// that times count from the start of the recording and not from the first sample that is there.
  private static final List<String> SOUND =
      List.of(
          "-map",
          "0:a:0",
          "-vn",
          "-sn",
          "-dn",
          "-af",
          "aresample=" + SAMPLE_RATE + ":async=1:first_pts=0",
          "-ac",
          "1");

  private final Ffmpeg ffmpeg;
  private final DecodingLimits limits;

  public AudioDecoder(Ffmpeg ffmpeg, DecodingLimits limits) {
    this.ffmpeg = ffmpeg;
    this.limits = limits;
  }

  /// Starts decoding; the caller closes the stream, which ends the child process in any case.
  ///
  /// @throws Problem `UNSUPPORTED_MEDIA` when the file is empty; what else is wrong with it shows
  ///   at the first read
  /// @throws DecoderUnavailable when the program cannot be started or is known not to work
  /// @throws IOException when the file cannot be read
  public AudioStream open(Path file) throws IOException {
    if (Files.size(file) == 0) {
      throw new Problem(ProblemCode.UNSUPPORTED_MEDIA, "The file is empty");
    }
    return new AudioStream(start(file, recording()), limits.longestAudio());
  }

  /// Starts decoding what is yet to arrive; the caller closes the decoder, which ends the child
  /// process in any case.
  ///
  /// @param sink gets the sound, on a thread of the decoder's own
  /// @throws DecoderUnavailable when the program cannot be started or is known not to work
  public SoundDecoder stream(StreamFormat format, SampleSink sink) throws DecoderUnavailable {
    return ChildDecoder.start(start(null, live(format)), sink);
  }

  private FfmpegProcess start(@Nullable Path file, List<String> arguments)
      throws DecoderUnavailable {
    return FfmpegProcess.start(ffmpeg, ffmpeg.ffmpeg(), limits.ofChild(), file, null, arguments);
  }

  private static List<String> live(StreamFormat format) {
    List<String> arguments = new ArrayList<>(QUIETLY);
    // Nothing is looked at for longer than it must: somebody waits for the words.
    arguments.addAll(List.of("-fflags", "nobuffer", "-flags", "low_delay", "-probesize", "65536"));
    arguments.addAll(List.of("-analyzeduration", "500000", "-protocol_whitelist", "pipe"));
    arguments.addAll(format.options());
    arguments.addAll(List.of("-i", "pipe:0"));
    arguments.addAll(SOUND);
    arguments.addAll(List.of("-flush_packets", "1", "-f", "f32le", "pipe:1"));
    return arguments;
  }

  private static List<String> recording() {
    List<String> arguments = new ArrayList<>(QUIETLY);
    arguments.addAll(List.of("-threads", "1", "-protocol_whitelist", "fd,pipe"));
    arguments.addAll(List.of("-format_whitelist", FORMATS, "-fd", "0", "-i", "fd:"));
    arguments.addAll(SOUND);
    arguments.addAll(List.of("-f", "f32le", "pipe:1"));
    return arguments;
  }
}
