package parley.speech.decoding;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.ffmpeg.DecoderUnavailable;
import parley.ffmpeg.Ffmpeg;
import parley.ffmpeg.FfmpegLog;
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

  /// No prompts and no progress: only what it opened, and what is wrong with it.
  private static final List<String> QUIETLY =
      List.of("-hide_banner", "-nostdin", "-nostats", "-loglevel", "info");

  /// Where the times of a track go back by more than a tenth of a second it has begun anew, as a
  /// recorder does that is stopped and started: what follows is put behind what was before. `ld`
  /// and `st` keep the offset (0) and where the sound before ended (1), in the track's own time
  /// base.
  private static final String FORWARD =
      "asetpts='if(lt(PTS+ld(0)\\,ld(1)-0.1/TB)\\,st(0\\,ld(1)-PTS))\\;st(2\\,PTS+ld(0))\\;"
          + "st(1\\,ld(2)+S/SR/TB)\\;ld(2)'";

  /// Gaps in the recording become silence and a late start is padded, so that times count from the
  /// start of the recording and not from the first sample that is there.
  private static final String IN_TIME =
      FORWARD + ",aresample=" + SAMPLE_RATE + ":async=1:first_pts=0";

  /// With all its channels, which [WavDecoder] mixes.
  private static final List<String> AS_WAV = List.of("-c:a", "pcm_f32le", "-f", "wav", "pipe:1");

  private static final int ALL_CHANNELS = -1;

  /// Tracks of a file that are mixed at most.
  private static final int MAX_TRACKS = 16;

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
    return open(file, ALL_CHANNELS);
  }

  /// As [#open(Path)], with the sound of one channel.
  ///
  /// @param channel from 0; of a file with several tracks, of their mix in stereo
  public AudioStream openChannel(Path file, int channel) throws IOException {
    return open(file, channel);
  }

  private AudioStream open(Path file, int channel) throws IOException {
    if (Files.size(file) == 0) {
      throw new Problem(ProblemCode.UNSUPPORTED_MEDIA, "The file is empty");
    }
    List<RecordingParts.Part> parts = parts(file);
    if (parts.size() == 1) {
      return new AudioStream(begin(file, "fd:", channel), limits.maxAudio(), () -> null);
    }
    Iterator<RecordingParts.Part> rest = parts.iterator();
    return new AudioStream(
        begin(file, within(rest.next()), channel),
        limits.maxAudio(),
        () -> rest.hasNext() ? begin(file, within(rest.next()), channel) : null);
  }

  /// The file is ours: when it cannot be read at all, as for want of file handles, that is no fault
  /// of what is in it.
  private static List<RecordingParts.Part> parts(Path file) throws IOException {
    try {
      return RecordingParts.of(file);
    } catch (FileSystemException e) {
      throw new DecoderUnavailable("a recording cannot be read: " + e.getMessage());
    }
  }

  /// Opens one recording of the file, with all its tracks.
  private FfmpegProcess begin(Path file, String input, int channel) throws DecoderUnavailable {
    FfmpegProcess child = start(file, recording(input, 1, channel));
    try {
      requireSpeechRate(child.introduction());
    } catch (Problem refused) {
      child.close();
      throw refused;
    }
    int tracks = tracks(child.introduction());
    if (tracks > 1) {
      child.close();
      child = start(file, recording(input, tracks, channel));
    }
    return child;
  }

  /// Refuses what has too few samples a second for any word.
  ///
  /// @throws Problem `UNSUPPORTED_MEDIA`
  static void requireSpeechRate(FfmpegLog log) {
    Integer rate = log.minSampleRate();
    if (rate != null && rate < PcmFormat.MIN_RATE) {
      throw new Problem(
          ProblemCode.UNSUPPORTED_MEDIA,
          "The sound has %d samples a second; speech takes at least %d."
              .formatted(rate, PcmFormat.MIN_RATE));
    }
  }

  /// How many of the first tracks are heard together.
  static int tracks(FfmpegLog log) {
    return Math.clamp(log.audioTracks(), 1, MAX_TRACKS);
  }

  private static String within(RecordingParts.Part part) {
    return "subfile,,start,%d,end,%d,,:fd:".formatted(part.start(), part.end());
  }

  /// Starts decoding what is yet to arrive; the caller closes the decoder, which ends the child
  /// process in any case.
  ///
  /// @param sink gets the sound, on a thread of the decoder's own
  /// @throws DecoderUnavailable when the program cannot be started or is known not to work
  public SoundDecoder stream(StreamFormat format, SampleSink sink) throws IOException {
    TrackStream.Starter starter =
        (tracks, replayable) ->
            ChildDecoder.start(start(null, live(format, tracks)), replayable, sink);
    return format == StreamFormat.MP4
        ? new MovieStream(() -> new TrackStream(starter))
        : new TrackStream(starter);
  }

  private FfmpegProcess start(@Nullable Path file, List<String> arguments)
      throws DecoderUnavailable {
    return FfmpegProcess.start(ffmpeg, ffmpeg.ffmpeg(), limits.ofChild(), file, null, arguments);
  }

  private static List<String> live(StreamFormat format, int tracks) {
    List<String> arguments = new ArrayList<>(QUIETLY);
    // Nothing is looked at for longer than it must: somebody waits for the words.
    arguments.addAll(List.of("-fflags", "nobuffer", "-flags", "low_delay", "-probesize", "65536"));
    arguments.addAll(List.of("-analyzeduration", "500000", "-protocol_whitelist", "pipe"));
    arguments.addAll(format.options());
    arguments.addAll(List.of("-i", "pipe:0"));
    arguments.addAll(sound(tracks, ALL_CHANNELS));
    arguments.addAll(List.of("-flush_packets", "1"));
    arguments.addAll(AS_WAV);
    return arguments;
  }

  private static List<String> recording(String input, int tracks, int channel) {
    List<String> arguments = new ArrayList<>(QUIETLY);
    arguments.addAll(List.of("-threads", "1", "-protocol_whitelist", "fd,pipe,subfile"));
    arguments.addAll(List.of("-format_whitelist", FORMATS, "-fd", "0", "-i", input));
    arguments.addAll(sound(tracks, channel));
    arguments.addAll(AS_WAV);
    return arguments;
  }

  /// The first tracks of sound, mixed where there are several.
  private static List<String> sound(int tracks, int channel) {
    String chosen = channel == ALL_CHANNELS ? "" : ",pan=mono|c0=c" + channel;
    List<String> arguments = new ArrayList<>(List.of("-vn", "-sn", "-dn"));
    if (tracks == 1) {
      arguments.addAll(List.of("-map", "0:a:0", "-af", IN_TIME + chosen));
      return arguments;
    }
    StringBuilder graph = new StringBuilder();
    for (int track = 0; track < tracks; track++) {
      graph.append(
          "[0:a:%d]%s,aformat=channel_layouts=stereo[t%d];".formatted(track, IN_TIME, track));
    }
    for (int track = 0; track < tracks; track++) {
      graph.append("[t%d]".formatted(track));
    }
    graph.append("amix=inputs=%d:duration=longest:normalize=0%s[sound]".formatted(tracks, chosen));
    arguments.addAll(List.of("-filter_complex", graph.toString(), "-map", "[sound]"));
    return arguments;
  }
}
