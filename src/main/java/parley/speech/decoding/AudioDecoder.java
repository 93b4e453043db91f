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

/// Decodes the audio of any media file to 16 kHz mono samples.
///
/// The ffmpeg child process gets the file as its standard input and may open nothing else: the
/// `file` protocol and all network protocols are disabled, so playlists and references inside
/// containers fetch nothing, and the file's name does not influence format detection. Formats that
/// only refer to other media (HLS, DASH, concat …) are not allowed.
public final class AudioDecoder {
  /// Sample rate of all decoded audio, in hertz.
  public static final int SAMPLE_RATE = 16_000;

  /// Allowed containers, by ffmpeg's names (`ffmpeg -demuxers`).
  static final String FORMATS =
      "wav,w64,mp3,flac,ogg,mov,matroska,aac,aiff,asf,au,amr,amrnb,amrwb,caf,avi,flv,mpegts,mpeg,"
          + "ac3,eac3,dts,ape,wv,tta,tak,mpc,mpc8,oma,voc,gsm,sln,nistsphere";

  /// No prompts and no progress: only what was opened, and what is wrong with it.
  private static final List<String> GLOBAL_OPTIONS =
      List.of("-hide_banner", "-nostdin", "-nostats", "-loglevel", "info");

  /// If the timestamps of a track jump back by more than a tenth of a second, a recorder was
  /// stopped and restarted: what follows is appended. `ld` and `st` hold the offset (0) and the end
  /// of the audio so far (1), in the track's time base.
  private static final String MONOTONIC =
      "asetpts='if(lt(PTS+ld(0)\\,ld(1)-0.1/TB)\\,st(0\\,ld(1)-PTS))\\;st(2\\,PTS+ld(0))\\;"
          + "st(1\\,ld(2)+S/SR/TB)\\;ld(2)'";

  /// Fills gaps and a late start with silence, so that times count from the start of the recording
  /// and not from the first sample.
  private static final String GAPLESS =
      MONOTONIC + ",aresample=" + SAMPLE_RATE + ":async=1:first_pts=0";

  /// With all channels, which [ChannelMix] mixes down.
  private static final List<String> WAV_OUTPUT =
      List.of("-c:a", "pcm_f32le", "-f", "wav", "pipe:1");

  private static final int ALL_CHANNELS = -1;

  /// Maximum number of tracks that are mixed.
  private static final int MAX_TRACKS = 16;

  private final Ffmpeg ffmpeg;
  private final DecodingLimits limits;

  public AudioDecoder(Ffmpeg ffmpeg, DecodingLimits limits) {
    this.ffmpeg = ffmpeg;
    this.limits = limits;
  }

  /// Starts decoding; the caller closes the stream, which ends the child process.
  ///
  /// @throws Problem `UNSUPPORTED_MEDIA` if the file is empty; other faults of the file surface at
  ///   the first read
  /// @throws DecoderUnavailable if ffmpeg cannot be started or is known not to work
  /// @throws IOException if the file cannot be read
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
    List<ConcatenatedRecordings.Part> all = parts(file);
    Iterator<ConcatenatedRecordings.Part> parts = all.iterator();
    return new AudioStream(
        begin(file, parts.next(), channel),
        limits.maxAudio(),
        all.size() == 1,
        () -> parts.hasNext() ? begin(file, parts.next(), channel) : null);
  }

  /// Whether the file consists of several recordings, of which other decoders may read only the
  /// first.
  ///
  /// @throws Problem `UNSUPPORTED_MEDIA` for too many
  public boolean isConcatenated(Path file) throws IOException {
    return !(parts(file).getFirst() instanceof ConcatenatedRecordings.Stretch first)
        || !first.whole();
  }

  /// The file is in our own storage: if it cannot be read at all, for instance for lack of file
  /// handles, its content is not to blame.
  private static List<ConcatenatedRecordings.Part> parts(Path file) throws IOException {
    try {
      return ConcatenatedRecordings.of(file);
    } catch (FileSystemException e) {
      throw new DecoderUnavailable("cannot read a recording: " + e.getMessage());
    }
  }

  /// Opens one part of the file, with all its tracks.
  private FfmpegProcess begin(Path file, ConcatenatedRecordings.Part part, int channel)
      throws DecoderUnavailable {
    FfmpegProcess child = start(file, part, 1, channel);
    int tracks;
    try {
      requireSpeechRate(child.introduction());
      tracks = tracks(child.introduction());
    } catch (Problem refused) {
      child.close();
      throw refused;
    }
    if (tracks > 1) {
      child.close();
      child = start(file, part, tracks, channel);
    }
    return child;
  }

  private FfmpegProcess start(Path file, ConcatenatedRecordings.Part part, int tracks, int channel)
      throws DecoderUnavailable {
    return switch (part) {
      case ConcatenatedRecordings.Stretch stretch ->
          start(file, recording(within(stretch), tracks, channel));
      case JoinedWaves waves -> {
        FfmpegProcess child = start(null, recording("pipe:0", tracks, channel));
        waves.feed(file, child);
        yield child;
      }
    };
  }

  /// Refuses a sample rate too low for speech.
  ///
  /// @throws Problem `UNSUPPORTED_MEDIA`
  static void requireSpeechRate(FfmpegLog log) {
    Integer rate = log.minSampleRate();
    if (rate != null && rate < PcmFormat.MIN_RATE) {
      throw new Problem(
          ProblemCode.UNSUPPORTED_MEDIA,
          "The sample rate is %d Hz; speech needs at least %d Hz."
              .formatted(rate, PcmFormat.MIN_RATE));
    }
  }

  /// Returns how many tracks are mixed, at least 1.
  ///
  /// @throws Problem `UNSUPPORTED_MEDIA` for too many
  static int tracks(FfmpegLog log) {
    int tracks = log.audioTracks();
    if (tracks > MAX_TRACKS) {
      throw new Problem(
          ProblemCode.UNSUPPORTED_MEDIA,
          "There are %d audio tracks in one language; at most %d are mixed."
              .formatted(tracks, MAX_TRACKS));
    }
    return Math.max(tracks, 1);
  }

  private static String within(ConcatenatedRecordings.Stretch stretch) {
    return stretch.whole()
        ? "fd:"
        : "subfile,,start,%d,end,%d,,:fd:".formatted(stretch.start(), stretch.end());
  }

  /// Starts decoding a stream; the caller closes the decoder, which ends the child process.
  ///
  /// @param sink receives the samples, on a thread of the decoder
  /// @throws DecoderUnavailable if ffmpeg cannot be started or is known not to work
  public SoundDecoder stream(StreamFormat format, SampleSink sink) throws IOException {
    MultiTrackDecoder.Starter starter =
        (tracks, replayable) ->
            FfmpegDecoder.start(start(null, live(format, tracks)), replayable, sink);
    return new SuccessiveDecoder(() -> new MultiTrackDecoder(starter));
  }

  private FfmpegProcess start(@Nullable Path file, List<String> arguments)
      throws DecoderUnavailable {
    return FfmpegProcess.start(ffmpeg, ffmpeg.ffmpeg(), limits.ofChild(), file, null, arguments);
  }

  private static List<String> live(StreamFormat format, int tracks) {
    List<String> arguments = new ArrayList<>(GLOBAL_OPTIONS);
    // Probe as little as possible, since somebody is waiting for captions.
    arguments.addAll(List.of("-flags", "low_delay", "-probesize", "65536"));
    arguments.addAll(List.of("-analyzeduration", "500000", "-protocol_whitelist", "pipe"));
    arguments.addAll(format.options());
    arguments.addAll(List.of("-i", "pipe:0"));
    arguments.addAll(sound(tracks, ALL_CHANNELS));
    arguments.addAll(List.of("-flush_packets", "1"));
    arguments.addAll(WAV_OUTPUT);
    return arguments;
  }

  private static List<String> recording(String input, int tracks, int channel) {
    List<String> arguments = new ArrayList<>(GLOBAL_OPTIONS);
    arguments.addAll(List.of("-threads", "1", "-protocol_whitelist", "fd,pipe,subfile"));
    arguments.addAll(List.of("-format_whitelist", FORMATS, "-fd", "0", "-i", input));
    arguments.addAll(sound(tracks, channel));
    arguments.addAll(WAV_OUTPUT);
    return arguments;
  }

  /// Selects the first audio tracks, mixed if there are several.
  private static List<String> sound(int tracks, int channel) {
    String chosen = channel == ALL_CHANNELS ? "" : ",pan=mono|c0=c" + channel;
    List<String> arguments = new ArrayList<>(List.of("-vn", "-sn", "-dn"));
    if (tracks == 1) {
      arguments.addAll(List.of("-map", "0:a:0", "-af", GAPLESS + chosen));
      return arguments;
    }
    StringBuilder graph = new StringBuilder();
    for (int track = 0; track < tracks; track++) {
      graph.append(
          "[0:a:%d]%s,aformat=channel_layouts=stereo[t%d];".formatted(track, GAPLESS, track));
    }
    for (int track = 0; track < tracks; track++) {
      graph.append("[t%d]".formatted(track));
    }
    graph.append("amix=inputs=%d:duration=longest:normalize=0%s[sound]".formatted(tracks, chosen));
    arguments.addAll(List.of("-filter_complex", graph.toString(), "-map", "[sound]"));
    return arguments;
  }
}
