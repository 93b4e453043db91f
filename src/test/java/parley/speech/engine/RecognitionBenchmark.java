package parley.speech.engine;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import parley.ffmpeg.Ffmpeg;
import parley.ffmpeg.FfmpegBundle;
import parley.problem.Problem;
import parley.speech.decoding.AudioDecoder;
import parley.speech.decoding.DecodingLimits;
import parley.speech.transcript.Keyterms;
import parley.speech.transcript.Progress;
import parley.speech.transcript.SpeechOptions;
import parley.speech.transcript.Transcript;

/// Writes down each file named on standard input, one a line, and says what it cost; `bench/speech`
/// runs it beside its peers and scores the texts. Not a test.
public final class RecognitionBenchmark {
  private RecognitionBenchmark() {}

  /// Arguments: models folder, threads, cache folder, language hint or `-`, and the folder of
  /// another Whisper, if any. For each line of standard input (a file, and keyterms separated by
  /// commas after a tab), a line: file, seconds of audio, seconds taken, language, text, or `!` and
  /// the problem's code in place of the language.
  public static void main(String[] arguments) throws IOException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    Ffmpeg ffmpeg = FfmpegBundle.unpacked(Path.of(arguments[2]));
    String hint = arguments[3].equals("-") ? null : arguments[3];
    try (SpeechEngine engine =
            SpeechEngine.load(
                new ModelFolders(
                    Path.of(arguments[0]),
                    Path.of(arguments[arguments.length > 4 ? 4 : 0]),
                    Path.of(arguments[0])),
                Integer.parseInt(arguments[1]),
                new AudioDecoder(ffmpeg, DecodingLimits.DEFAULT));
        var lines =
            new java.io.BufferedReader(
                new java.io.InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      engine.warmUp();
      out.printf("start-cpu-seconds\t%.1f%n", processorSeconds());
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] fields = line.split("\t", 2);
        String file = fields[0];
        Keyterms keyterms = Keyterms.parse(List.of(fields).subList(1, fields.length));
        long began = System.nanoTime();
        try {
          Transcript transcript =
              engine.transcribe(
                  Path.of(file),
                  new SpeechOptions(hint, null, null, keyterms, null),
                  Progress.IGNORED);
          double took = (System.nanoTime() - began) / 1e9;
          out.printf(
              "%s\t%.2f\t%.3f\t%s\t%s%n",
              file,
              transcript.duration().toMillis() / 1000.0,
              took,
              transcript.language(),
              transcript.text());
        } catch (Problem problem) {
          double took = (System.nanoTime() - began) / 1e9;
          out.printf("%s\t0\t%.3f\t!%s\t%s%n", file, took, problem.code(), problem.message());
        }
      }
      out.printf("cpu-seconds\t%.1f%n", processorSeconds());
      out.printf("peak-rss-kb\t%s%n", peakMemory());
    }
  }

  private static double processorSeconds() {
    return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toMillis() / 1000.0;
  }

  private static String peakMemory() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return "unknown";
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmHWM"))
        .map(line -> line.replaceAll("\\D", ""))
        .findFirst()
        .orElse("unknown");
  }
}
