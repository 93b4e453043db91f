package parley.speech.decoding;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

  /// Sets the limits in a shell that then becomes ffmpeg: works alike with every POSIX shell, and
  /// the child never runs a moment without them. A limit that a system does not know is left out.
  private static final String LIMITED =
      "ulimit -c 0; ulimit -f 0; ulimit -t \"$1\"; ulimit -v \"$2\"; shift 2; exec \"$@\"";

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
  /// @throws IOException when the file cannot be read or the program cannot be started
  public AudioStream open(Path file) throws IOException {
    if (Files.size(file) == 0) {
      throw new Problem(ProblemCode.UNSUPPORTED_MEDIA, "The file is empty");
    }
    Process child = new ProcessBuilder(command()).redirectInput(file.toFile()).start();
    return AudioStream.of(child, limits);
  }

  /// Starts decoding what is yet to arrive; the caller closes the decoder, which ends the child
  /// process in any case.
  ///
  /// @param sink gets the sound, on a thread of the decoder's own
  /// @throws IOException when the program cannot be started
  public SoundDecoder stream(StreamFormat format, SampleSink sink) throws IOException {
    List<String> command = limited("error");
    // Nothing is looked at for longer than it must: somebody waits for the words.
    command.addAll(List.of("-fflags", "nobuffer", "-flags", "low_delay", "-probesize", "65536"));
    command.addAll(List.of("-analyzeduration", "500000", "-protocol_whitelist", "pipe"));
    command.addAll(format.options());
    command.addAll(List.of("-i", "pipe:0", "-map", "0:a:0", "-vn", "-sn", "-dn"));
    command.addAll(List.of("-af", "aresample=" + SAMPLE_RATE + ":async=1:first_pts=0", "-ac", "1"));
    command.addAll(List.of("-flush_packets", "1", "-f", "f32le", "pipe:1"));
    return ChildDecoder.start(new ProcessBuilder(command), sink);
  }

  private List<String> limited(String logLevel) {
    List<String> command = new ArrayList<>();
    command.addAll(
        List.of(
            "/bin/sh",
            "-c",
            LIMITED,
            "sh",
            Long.toString(limits.processorTime().toSeconds()),
            Long.toString(limits.memoryBytes() / 1024)));
    command.addAll(
        List.of(
            ffmpeg.decoder().toAbsolutePath().toString(),
            "-hide_banner",
            "-nostdin",
            "-nostats",
            "-loglevel",
            logLevel));
    return command;
  }

  private List<String> command() {
    List<String> command = limited("info");
    command.addAll(
        List.of(
            "-threads",
            "1",
            "-protocol_whitelist",
            "fd,pipe",
            "-format_whitelist",
            FORMATS,
            "-fd",
            "0",
            "-i",
            "fd:"));
    command.addAll(List.of("-map", "0:a:0", "-vn", "-sn", "-dn"));
    // Gaps in the recording become silence and a late start is padded, so that times count from
    // the start of the recording and not from the first sample that is there.
    command.addAll(
        List.of(
            "-af",
            "aresample=" + SAMPLE_RATE + ":async=1:first_pts=0",
            "-ac",
            "1",
            "-f",
            "f32le",
            "pipe:1"));
    return command;
  }
}
