package parley.speech.diarisation;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import parley.ffmpeg.FfmpegBundle;
import parley.speech.decoding.AudioDecoder;
import parley.speech.decoding.AudioStream;
import parley.speech.decoding.DecodingLimits;

/// Writes the turns of each file named on standard input, one a line, as RTTM; `bench/speakers`
/// runs it beside its peer and scores the turns. Not a test.
public final class DiarisationBenchmark {
  private DiarisationBenchmark() {}

  /// Arguments: models folder, threads, cache folder, folder for the RTTM files. Prints for each
  /// line of standard input: file, seconds of audio, seconds of processor time; then the peak of
  /// memory.
  public static void main(String[] arguments) throws IOException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    AudioDecoder decoder =
        new AudioDecoder(FfmpegBundle.unpacked(Path.of(arguments[2])), DecodingLimits.DEFAULT);
    Path folder = Files.createDirectories(Path.of(arguments[3]));
    try (DiarisationEngine engine =
            DiarisationEngine.load(Path.of(arguments[0]), Integer.parseInt(arguments[1]));
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      engine.warmUp();
      for (String file = lines.readLine(); file != null; file = lines.readLine()) {
        Path recording = Path.of(file);
        Diarizer diarizer = engine.diarizer(SpeakerCount.ANY);
        double seconds;
        Duration spent = Duration.ZERO;
        try (AudioStream audio = decoder.open(recording)) {
          float[] block = new float[16_000];
          for (int count = audio.read(block); count > 0; count = audio.read(block)) {
            Duration before = processorTime();
            diarizer.take(block, count);
            spent = spent.plus(processorTime()).minus(before);
          }
          seconds = audio.position().toMillis() / 1000.0;
        }
        Duration before = processorTime();
        Diarisation diarisation = diarizer.finish();
        spent = spent.plus(processorTime()).minus(before);
        String name = recording.getFileName().toString().replaceFirst("\\.[^.]*$", "");
        Files.writeString(folder.resolve(name + ".rttm"), Rttm.of(name, diarisation.turns()));
        Files.writeString(
            folder.resolve(name + ".live.rttm"),
            Rttm.of(name, live(engine, decoder, recording, diarisation.turns())));
        out.printf("%s\t%.2f\t%.3f%n", file, seconds, spent.toMillis() / 1000.0);
      }
      out.printf("peak-rss-kb\t%s%n", peakMemory());
    }
  }

  /// What a live stream is told of each turn at the moment it is over.
  private static List<SpeakerTurn> live(
      DiarisationEngine engine, AudioDecoder decoder, Path recording, List<SpeakerTurn> turns)
      throws IOException {
    List<SpeakerTurn> heard = new ArrayList<>();
    OnlineDiarizer online = engine.onlineDiarizer(SpeakerCount.MAX);
    List<SpeakerTurn> byEnd =
        turns.stream().sorted(Comparator.comparingDouble(SpeakerTurn::end)).toList();
    long taken = 0;
    try (AudioStream audio = decoder.open(recording)) {
      for (SpeakerTurn turn : byEnd) {
        long until = Math.round(turn.end() * 16_000);
        float[] block = new float[(int) Math.max(0, until - taken)];
        int count = block.length == 0 ? 0 : audio.read(block);
        if (count > 0) {
          online.take(block, count);
          taken += count;
        }
        heard.addAll(online.speakers(turn.start(), turn.end()));
      }
    }
    return heard;
  }

  private static Duration processorTime() {
    return ProcessHandle.current().info().totalCpuDuration().orElseThrow();
  }

  private static String peakMemory() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmHWM"))
        .map(line -> line.replaceAll("\\D", ""))
        .findFirst()
        .orElse("unknown");
  }
}
