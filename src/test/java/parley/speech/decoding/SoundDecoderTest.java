package parley.speech.decoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.BeforeTry;
import org.assertj.core.data.Offset;
import parley.problem.Problem;
import parley.speech.decoding.PcmFormat.Encoding;

class SoundDecoderTest {
  private static final PcmFormat PLAIN = new PcmFormat(Encoding.S16, 16_000, 1);

  private final List<Float> heard = new ArrayList<>();

  /// Each try hears its own.
  @BeforeTry
  void begin() {
    heard.clear();
  }

  @Property(tries = 100)
  void decodesAWavThatIsCutAnywhere(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 300) int most,
      @ForAll @IntRange(min = 0, max = 2) int sizeField)
      throws IOException {
    Random random = new Random(seed);
    byte[] samples = new byte[2 * random.nextInt(500)];
    random.nextBytes(samples);
    int size = sizeField == 0 ? 0 : sizeField == 1 ? -1 : Math.max(1, samples.length);
    byte[] wav = wav(1, 16, 16_000, 1, samples, size);
    try (WavDecoder decoder = new WavDecoder(this::hear, SoundDecoderTest::none)) {
      for (int at = 0; at < wav.length; ) {
        int length = Math.min(wav.length - at, 1 + random.nextInt(most));
        decoder.write(ByteBuffer.wrap(wav, at, length));
        at += length;
      }
      decoder.end();
    }

    ByteBuffer expected = ByteBuffer.wrap(samples).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(heard).hasSize(samples.length / 2);
    heard.forEach(sample -> assertThat(sample).isEqualTo(expected.getShort() / 32_768f));
  }

  @Example
  void readsEachEncodingAlike() throws IOException {
    // The same three samples, as each encoding writes them; the laws round to their own steps.
    check(1, 8, new byte[] {(byte) 128, (byte) 192, 64}, 0.001f);
    check(1, 16, new byte[] {0, 0, 0, 64, 0, (byte) -64}, 0.001f);
    check(1, 24, new byte[] {0, 0, 0, 0, 0, 64, 0, 0, (byte) -64}, 0.001f);
    check(1, 32, new byte[] {0, 0, 0, 0, 0, 0, 0, 64, 0, 0, 0, (byte) -64}, 0.001f);
    ByteBuffer floats = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
    check(3, 32, floats.putFloat(0).putFloat(0.5f).putFloat(-0.5f).array(), 0.001f);
    ByteBuffer doubles = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
    check(3, 64, doubles.putDouble(0).putDouble(0.5).putDouble(-0.5).array(), 0.001f);
    check(6, 8, new byte[] {(byte) 0xD5, (byte) 0xA5, 0x25}, 0.02f);
    check(7, 8, new byte[] {(byte) 0xFF, (byte) 0x90, 0x10}, 0.02f);
  }

  private void check(int tag, int bits, byte[] samples, float rounding) throws IOException {
    heard.clear();
    decode(wav(tag, bits, 16_000, 1, samples, samples.length));
    float[] expected = {0, 0.5f, -0.5f};
    assertThat(heard).as(tag + ", " + bits + " bits").hasSize(3);
    for (int i = 0; i < 3; i++) {
      assertThat(heard.get(i))
          .as(tag + ", " + bits)
          .isCloseTo(expected[i], Offset.offset(rounding));
    }
  }

  @Example
  void passesOverWhatStandsBehindTheSound() throws IOException {
    byte[] wav = wav(1, 16, 16_000, 1, new byte[8], 8);
    byte[] longer = Arrays.copyOf(wav, wav.length + 100);
    decode(longer);

    assertThat(heard).hasSize(4);
  }

  @Property(tries = 100)
  void goesOnBehindEachFurtherHeader(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 300) int most,
      @ForAll @IntRange(min = 0, max = 2) int sizeField)
      throws IOException {
    Random random = new Random(seed);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    ByteArrayOutputStream spoken = new ByteArrayOutputStream();
    for (int file = 0; file < 4; file++) {
      byte[] samples = new byte[2 * (1 + random.nextInt(300))];
      random.nextBytes(samples);
      int size = sizeField == 0 ? 0 : sizeField == 1 ? -1 : samples.length;
      all.write(wav(1, 16, 16_000, 1, samples, size, ""));
      spoken.write(samples);
    }
    try (WavDecoder decoder = new WavDecoder(this::hear, SoundDecoderTest::none)) {
      byte[] sent = all.toByteArray();
      for (int at = 0; at < sent.length; ) {
        int length = Math.min(sent.length - at, 1 + random.nextInt(most));
        decoder.write(ByteBuffer.wrap(sent, at, length));
        at += length;
      }
      decoder.end();
    }

    ByteBuffer expected = ByteBuffer.wrap(spoken.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(heard).hasSize(spoken.size() / 2);
    heard.forEach(sample -> assertThat(sample).isEqualTo(expected.getShort() / 32_768f));
  }

  @Example
  void hearsWhatFollowsTheToldLengthWithoutAHeader() throws IOException {
    byte[] samples = new byte[2_000];
    Arrays.fill(samples, (byte) 0x90);
    decode(wav(1, 16, 16_000, 1, samples, 400));

    assertThat(heard.size()).isGreaterThan(990);
  }

  @Property(tries = 50)
  void losesNothingWhereAChannelIsAnotherOneTurnedOver(
      @ForAll @IntRange(min = 2, max = 9) int channels,
      @ForAll @IntRange(min = 0, max = 8) int first,
      @ForAll @IntRange(min = 0, max = 8) int second) {
    int one = first % channels;
    int other = second % channels;
    PcmDecoder decoder = new PcmDecoder(new PcmFormat(Encoding.F32, 16_000, channels), this::hear);
    ByteBuffer bytes = ByteBuffer.allocate(16_000 * channels * 4).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 16_000; i++) {
      float sample = (float) (0.5 * Math.sin(2 * Math.PI * 440 * i / 16_000));
      for (int channel = 0; channel < channels; channel++) {
        bytes.putFloat(channel == one ? sample : channel == other ? -sample : 0);
      }
    }
    decoder.write(bytes.flip());
    decoder.end();

    double sounding = one == other ? 1 : 2;
    assertThat(loudness()).isCloseTo(0.5 / Math.sqrt(2) * sounding / channels, Offset.offset(0.01));
  }

  @Example
  void handsWhatIsNoWavToAnotherWhole() throws IOException {
    List<Byte> handed = new ArrayList<>();
    WavDecoder decoder =
        new WavDecoder(
            this::hear,
            sink ->
                new SoundDecoder() {
                  @Override
                  public void write(ByteBuffer bytes) {
                    while (bytes.hasRemaining()) {
                      handed.add(bytes.get());
                    }
                  }

                  @Override
                  public void settle() {}

                  @Override
                  public void end() {}

                  @Override
                  public void close() {}
                });
    decoder.write(ByteBuffer.wrap("RI".getBytes(StandardCharsets.US_ASCII)));
    decoder.write(ByteBuffer.wrap("ng".getBytes(StandardCharsets.US_ASCII)));
    decoder.write(ByteBuffer.wrap("!".getBytes(StandardCharsets.US_ASCII)));

    assertThat(handed).hasSize(5);
  }

  @Example
  void refusesAHeaderWithoutEnd() {
    byte[] endless = wav(1, 16, 16_000, 1, new byte[0], 0);
    endless[16] = -1;
    endless[18] = -1;
    assertThatThrownBy(() -> decode(endless)).isInstanceOf(Problem.class);
    assertThatThrownBy(() -> decode(Arrays.copyOf(endless, 20))).isInstanceOf(Problem.class);
  }

  @Example
  void changesTheRateAndKeepsWhatFits() {
    for (int rate : new int[] {8_000, 11_025, 22_050, 44_100, 48_000}) {
      heard.clear();
      play(rate, 1_000, 2);
      assertThat(heard.size()).as("%d", rate).isBetween(15_990, 16_010);
      assertThat(loudness()).as("%d", rate).isCloseTo(0.5 / Math.sqrt(2), Offset.offset(0.01));
      // The middle of a tone has as many periods as it should.
      assertThat(crossings()).as("%d", rate).isBetween(995, 1_005);
    }
    // What 16 kHz cannot hold would come back as another tone.
    heard.clear();
    play(48_000, 12_000, 1);
    assertThat(loudness()).isLessThan(0.01);
  }

  private void play(int rate, int hertz, int channels) {
    PcmDecoder decoder = new PcmDecoder(new PcmFormat(Encoding.F32, rate, channels), this::hear);
    ByteBuffer bytes = ByteBuffer.allocate(rate * channels * 4).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < rate; i++) {
      for (int channel = 0; channel < channels; channel++) {
        bytes.putFloat((float) (0.5 * Math.sin(2 * Math.PI * hertz * i / rate)));
      }
    }
    bytes.flip();
    while (bytes.hasRemaining()) {
      int length = Math.min(bytes.remaining(), 777);
      decoder.write(bytes.slice(bytes.position(), length));
      bytes.position(bytes.position() + length);
    }
    decoder.end();
  }

  private double loudness() {
    List<Float> middle = heard.subList(1_000, heard.size() - 1_000);
    return Math.sqrt(middle.stream().mapToDouble(x -> x * x).average().orElseThrow());
  }

  private int crossings() {
    int count = 0;
    for (int i = 1; i < heard.size(); i++) {
      if (heard.get(i - 1) < 0 && heard.get(i) >= 0) {
        count++;
      }
    }
    return count;
  }

  private void decode(byte[] wav) throws IOException {
    try (WavDecoder decoder = new WavDecoder(this::hear, SoundDecoderTest::none)) {
      decoder.write(ByteBuffer.wrap(wav));
      decoder.end();
    }
  }

  private void hear(float[] samples, int count) {
    for (int i = 0; i < count; i++) {
      heard.add(samples[i]);
    }
  }

  private static SoundDecoder none(SampleSink sink) {
    throw new AssertionError("a WAV needs no other decoder than " + PLAIN);
  }

  private static byte[] wav(int tag, int bits, int rate, int channels, byte[] samples, int size) {
    // A chunk of an odd length, padded.
    return wav(tag, bits, rate, channels, samples, size, "note");
  }

  private static byte[] wav(
      int tag, int bits, int rate, int channels, byte[] samples, int size, String further) {
    int length = further.isEmpty() ? 44 : 58;
    ByteBuffer wav = ByteBuffer.allocate(length + samples.length).order(ByteOrder.LITTLE_ENDIAN);
    wav.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(-1);
    wav.put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII)).putInt(16);
    wav.putShort((short) tag).putShort((short) channels).putInt(rate);
    wav.putInt(rate * channels * bits / 8).putShort((short) (channels * bits / 8));
    wav.putShort((short) bits);
    if (!further.isEmpty()) {
      wav.put(further.getBytes(StandardCharsets.US_ASCII)).putInt(5).put(new byte[6]);
    }
    wav.put("data".getBytes(StandardCharsets.US_ASCII)).putInt(size).put(samples);
    return wav.array();
  }
}
