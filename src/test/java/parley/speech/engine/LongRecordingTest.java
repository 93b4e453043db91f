package parley.speech.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.speech.Recordings;
import parley.speech.transcript.Segment;
import parley.speech.transcript.SpeechOptions;
import parley.speech.transcript.Transcript;
import parley.testing.OtherProcess;

@Tag("slow")
class LongRecordingTest {
  private static final int RATE = 16_000;
  private static final int SECONDS = 2_700;

  /// Where the eleven seconds are spoken.
  private static final List<Integer> SPOKEN_AT = List.of(10, SECONDS / 2, SECONDS - 13);

  @TempDir Path folder;

  /// Its samples alone would not fit into the other process's 128 MiB.
  @Test
  void writesDownALongRecordingInLittleMemoryAndKeepsTheTimeToTheEnd() throws Exception {
    Path recording = folder.resolve("long.wav");
    write(recording, Recordings.samples("jfk.flac"));
    List<Double> shares = new ArrayList<>();
    List<Double> starts = new ArrayList<>();
    List<Double> ends = new ArrayList<>();

    try (OtherProcess other = OtherProcess.start(Transcribing.class, recording.toString())) {
      for (String line = other.awaitLine(":"); !line.equals(":done"); line = other.awaitLine(":")) {
        String[] words = line.split(" ", 4);
        if (words[0].equals(":share")) {
          shares.add(Double.valueOf(words[1]));
        } else {
          starts.add(Double.valueOf(words[1]));
          ends.add(Double.valueOf(words[2]));
          assertThat(words[3]).containsIgnoringCase("my fellow Americans");
        }
      }
    }

    assertThat(shares).isSorted().last().isEqualTo(1.0);
    assertThat(shares.stream().distinct()).as("places at which it was seen").hasSizeGreaterThan(99);
    assertThat(starts).hasSize(3);
    for (int i = 0; i < 3; i++) {
      // As read off the waveform.
      assertThat(starts.get(i)).isCloseTo(SPOKEN_AT.get(i) + 0.3, within(0.3));
      assertThat(ends.get(i)).isCloseTo(SPOKEN_AT.get(i) + 10.5, within(0.3));
    }
  }

  /// Speech here and there in much silence, as 16 bits; the silence is a hole in the file.
  private static void write(Path file, float[] speech) throws IOException {
    ByteBuffer sound = ByteBuffer.allocate(speech.length * 2).order(ByteOrder.LITTLE_ENDIAN);
    for (float sample : speech) {
      sound.putShort((short) Math.round(sample * 32_767));
    }
    int bytes = SECONDS * RATE * 2;
    ByteBuffer header = ByteBuffer.allocate(44).order(ByteOrder.LITTLE_ENDIAN);
    header.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(36 + bytes);
    header.put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII)).putInt(16);
    header.putShort((short) 1).putShort((short) 1).putInt(RATE).putInt(2 * RATE);
    header.putShort((short) 2).putShort((short) 16);
    header.put("data".getBytes(StandardCharsets.US_ASCII)).putInt(bytes);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      channel.write(header.flip());
      for (int second : SPOKEN_AT) {
        channel.write(sound.clear(), 44 + 2L * RATE * second);
      }
      channel.write(ByteBuffer.allocate(2), 44L + bytes - 2);
    }
  }

  /// Writes down the one recording that is named, and says how far it is.
  static final class Transcribing {
    public static void main(String[] arguments) throws IOException {
      PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
      try (SpeechEngine engine = SpeechEngine.load(Path.of("models"), 2, Recordings.decoder())) {
        Transcript transcript =
            engine.transcribe(
                Path.of(arguments[0]),
                SpeechOptions.PLAIN,
                share -> out.println(":share " + share));
        List<Segment> speeches = new ArrayList<>();
        for (Segment segment : transcript.segments()) {
          // What was said without a long pause is one speech here.
          Segment last = speeches.isEmpty() ? null : speeches.getLast();
          if (last != null && segment.start() - last.end() < 5) {
            speeches.removeLast();
            segment =
                new Segment(
                    last.start(),
                    segment.end(),
                    last.text() + " " + segment.text(),
                    List.of(),
                    List.of(),
                    null);
          }
          speeches.add(segment);
        }
        for (Segment speech : speeches) {
          out.println(":said " + speech.start() + " " + speech.end() + " " + speech.text());
        }
        out.println(":done");
      }
    }
  }
}
