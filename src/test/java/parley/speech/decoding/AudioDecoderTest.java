package parley.speech.decoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;
import static parley.speech.Recordings.recording;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.speech.Recordings;

class AudioDecoderTest {
  @TempDir Path folder;
  private final AudioDecoder decoder =
      new AudioDecoder(Recordings.ffmpeg(), DecodingLimits.DEFAULT);

  @ParameterizedTest
  @CsvSource({
    "opus.opus, 14.97", "opus.webm, 14.97", "vorbis-48k.ogg, 14.97", "mp3-vbr-16k.mp3, 14.97",
    "aac-44k-stereo.m4a, 14.97", "tel-mulaw-8k.wav, 14.97", "wma.wma, 14.97", "jfk.flac, 11.0",
    "wav-streamed-size-ffffffff.wav, 9.37", "video-vp8-opus.webm, 14.97"
  })
  void decodesEachFormatInFullLength(String name, double seconds) throws IOException {
    assertThat(secondsOf(recording(name))).isCloseTo(seconds, within(0.12));
  }

  @Test
  void findsTheFormatByContentWhateverTheNameIs() throws IOException {
    for (String name : new String[] {"holiday.jpg", "-i evil 'name' ñé (1).txt", "noextension"}) {
      Path renamed = Files.copy(recording("opus.opus"), folder.resolve(name));
      assertThat(secondsOf(renamed)).isCloseTo(14.97, within(0.1));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"trunc-opus.webm", "corrupt-aac-44k-stereo.m4a"})
  void givesWhatCanBeDecodedOfADamagedFile(String name) throws IOException {
    assertThat(secondsOf(recording(name))).isGreaterThan(8);
  }

  @Test
  void refusesAFileThatLostItsIndex() {
    assertRefused(recording("trunc-aac-44k-stereo.m4a"), "not audio or video, or it is broken");
  }

  @Test
  void refusesAnEmptyFile() throws IOException {
    assertRefused(Files.createFile(folder.resolve("empty.wav")), "empty");
  }

  @Test
  void refusesAFewBytes() throws IOException {
    for (int size = 1; size <= 9; size++) {
      assertRefused(
          Files.write(folder.resolve("few" + size), new byte[size]), "not audio or video");
    }
  }

  @Test
  void refusesAMatroskaFileThatEndsWithinItsHeader() throws IOException {
    byte[] sound =
        Recordings.converted(recording("jfk-3s.flac"), "-t", "1", "-c:a", "flac", "-f", "matroska");
    for (int size : new int[] {100, 200, 300}) {
      assertRefused(
          Files.write(folder.resolve("few" + size), Arrays.copyOf(sound, size)),
          "not audio or video");
    }
  }

  @Test
  void refusesAHeaderWithoutSamples() throws IOException {
    assertRefused(Recordings.wav(folder.resolve("header.wav"), new float[0]), "no sound");
  }

  @Test
  void refusesAVideoWithoutSound() {
    assertRefused(recording("video-without-audio.mp4"), "no audio track");
  }

  /// A small file would otherwise last, and cost, for half a day.
  @ParameterizedTest
  @CsvSource({"wav, pcm_s16le, 1", "wav, pcm_u8, 900", "au, pcm_s16be, 2"})
  void refusesSoundWithTooFewSamplesForSpeech(String format, String codec, int rate)
      throws IOException {
    // The samples are as many as ever; only the header tells another rate.
    byte[] slow =
        Recordings.converted(
            recording("jfk.flac"),
            "-af",
            "asetrate=" + rate,
            "-ar",
            String.valueOf(rate),
            "-t",
            "30000",
            "-c:a",
            codec,
            "-f",
            format);
    assertRefused(Files.write(folder.resolve("slow"), slow), "Hz; speech needs at least 4000 Hz");
  }

  @Test
  void refusesMoreTracksThanAreMixed() throws IOException {
    assertThat(secondsOf(Files.write(folder.resolve("16"), tracks(16)))).isCloseTo(1, within(0.1));
    assertRefused(
        Files.write(folder.resolve("17"), tracks(17)),
        "17 audio tracks in one language; at most 16");
  }

  private static byte[] tracks(int count) throws IOException {
    List<String> options = new ArrayList<>(List.of("-t", "1", "-c:a", "flac", "-f", "matroska"));
    for (int i = 0; i < count; i++) {
      options.addAll(List.of("-map", "0:a"));
    }
    return Recordings.converted(recording("jfk-3s.flac"), options.toArray(String[]::new));
  }

  @ParameterizedTest
  @ValueSource(strings = {"wav", "caf"})
  void refusesMoreChannelsThanAreMixed(String format) throws IOException {
    byte[] sound =
        Recordings.converted(
            recording("jfk-3s.flac"), "-t", "1", "-af", "pan=24c|c23=c0", "-f", format);
    assertRefused(Files.write(folder.resolve("many"), sound), "more than 16 channels");
  }

  @Test
  void refusesText() throws IOException {
    Path text = Files.writeString(folder.resolve("text.mp3"), "All work and no play. ".repeat(999));
    assertRefused(text, "not audio or video");
  }

  @Test
  void refusesARecordingBeyondTheLongest() {
    AudioDecoder strict =
        new AudioDecoder(
            Recordings.ffmpeg(),
            new DecodingLimits(Duration.ofSeconds(5), Duration.ofMinutes(1), 1536L << 20));
    assertThatExceptionOfType(Problem.class)
        .isThrownBy(() -> secondsOf(strict, recording("jfk.flac")))
        .satisfies(problem -> assertThat(problem.code()).isEqualTo(ProblemCode.AUDIO_TOO_LONG));
  }

  @Test
  void fetchesNothingThatAPlaylistPointsAt() throws IOException {
    AtomicInteger requests = new AtomicInteger();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          requests.incrementAndGet();
          exchange.sendResponseHeaders(404, -1);
          exchange.close();
        });
    server.start();
    try {
      String there = "http://127.0.0.1:" + server.getAddress().getPort() + "/sound.mp3";
      String here = recording("jfk.flac").toString();
      String[] lists = {
        "#EXTM3U\n#EXTINF:10,\n" + there + "\n#EXT-X-ENDLIST\n",
        "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile://" + here + "\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile '" + here + "'\n",
        "ffconcat version 1.0\nfile '" + there + "'\n",
        "<?xml version=\"1.0\"?><MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\""
            + " type=\"static\"><BaseURL>"
            + there
            + "</BaseURL></MPD>",
        "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 5004 RTP/AVP 0\n",
        "[Reference]\nRef1=" + there + "\n",
      };
      for (String list : lists) {
        assertRefused(Files.writeString(folder.resolve("list"), list), "not audio or video");
      }
      assertThat(requests).hasValue(0);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void turnsWhatIsNoNumberIntoSilence() throws IOException {
    float[] wild = {Float.NaN, Float.POSITIVE_INFINITY, 5f, -5f, 0.25f};
    float[] samples = new float[16];
    Path file = Recordings.wav(folder.resolve("wild.wav"), wild);
    try (AudioStream audio = decoder.open(file)) {
      assertThat(audio.read(samples)).isEqualTo(5);
      assertThat(samples).startsWith(0f, 0f, 1f, -1f, 0.25f);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "MP3, mp3, libmp3lame",
    "AAC, adts, aac",
    "ANY, mpegts, mp2",
    "ANY, mpegts, aac",
    "OGG, ogg, libopus",
    "WEBM, webm, libopus",
    "FLAC, flac, flac"
  })
  void hearsTheBeginningOfAStreamAsThatOfAFile(StreamFormat format, String container, String codec)
      throws IOException {
    byte[] sound =
        Recordings.converted(
            recording("jfk-3s.flac"), "-ss", "0.3", "-c:a", codec, "-f", container);
    float[] first = new float[AudioDecoder.SAMPLE_RATE / 2];
    try (AudioStream audio = decoder.open(Files.write(folder.resolve("sound"), sound))) {
      assertThat(audio.read(first)).isEqualTo(first.length);
    }
    FloatBuffer streamed = FloatBuffer.allocate(4 * AudioDecoder.SAMPLE_RATE);
    SampleSink sink = (samples, count) -> streamed.put(samples, 0, count);
    try (SoundDecoder stream = decoder.stream(format, sink)) {
      stream.write(ByteBuffer.wrap(sound));
      stream.end();
    }

    float[] beginning = Arrays.copyOf(streamed.array(), first.length);
    assertThat(loudness(first)).isGreaterThan(0.05);
    assertThat(loudness(beginning)).isCloseTo(loudness(first), withinPercentage(10));
  }

  private static double loudness(float[] samples) {
    double sum = 0;
    for (float sample : samples) {
      sum += sample * sample;
    }
    return Math.sqrt(sum / samples.length);
  }

  @Test
  void saysHowLongTheContainerClaimsToBe() throws IOException {
    try (AudioStream audio = decoder.open(recording("jfk.flac"))) {
      assertThat(audio.read(new float[1000])).isEqualTo(1000);
      assertThat(audio.announcedDuration()).isEqualTo(Duration.ofSeconds(11));
      assertThat(audio.position()).isEqualTo(Duration.ofNanos(62_500_000));
    }
  }

  @Test
  void leavesNoChildBehindWhenClosedEarly() throws IOException {
    AudioStream audio = decoder.open(recording("jfk.flac"));
    assertThat(audio.read(new float[10])).isEqualTo(10);
    assertThat(decodersAlive()).isPositive();
    audio.close();
    assertThat(decodersAlive()).isZero();
  }

  private static long decodersAlive() {
    return ProcessHandle.current()
        .children()
        .filter(child -> child.info().command().orElse("").endsWith("/ffmpeg"))
        .count();
  }

  private void assertRefused(Path file, String reason) {
    assertThatExceptionOfType(Problem.class)
        .isThrownBy(() -> secondsOf(file))
        .withMessageContaining(reason)
        .satisfies(problem -> assertThat(problem.code()).isEqualTo(ProblemCode.UNSUPPORTED_MEDIA));
  }

  private double secondsOf(Path file) throws IOException {
    return secondsOf(decoder, file);
  }

  private static double secondsOf(AudioDecoder decoder, Path file) throws IOException {
    float[] block = new float[4000];
    long samples = 0;
    try (AudioStream audio = decoder.open(file)) {
      for (int count = audio.read(block); count > 0; count = audio.read(block)) {
        samples += count;
      }
    }
    return (double) samples / AudioDecoder.SAMPLE_RATE;
  }
}
