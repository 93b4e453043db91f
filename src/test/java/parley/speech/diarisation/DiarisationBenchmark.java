package parley.speech.diarisation;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import parley.ffmpeg.FfmpegBundle;
import parley.speech.decoding.AudioDecoder;
import parley.speech.decoding.AudioStream;
import parley.speech.decoding.DecodingLimits;

/// Writes the turns of each file named on standard input, one a line, as RTTM; `bench/speakers` runs
/// it beside its peer and scores the turns. Not a test.
public final class DiarisationBenchmark {
  private DiarisationBenchmark() {}

  /// Arguments: models folder, threads, cache folder, folder for the RTTM files. Prints for each line
  /// of standard input: file, seconds of audio, seconds of processor time; then the peak of memory.
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
        out.printf("%s\t%.2f\t%.3f%n", file, seconds, spent.toMillis() / 1000.0);
      }
      out.printf("peak-rss-kb\t%s%n", peakMemory());
    }
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
