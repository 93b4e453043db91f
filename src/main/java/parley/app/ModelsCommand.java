package parley.app;

import ch.qos.logback.classic.Level;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import parley.config.Config;
import parley.ffmpeg.Ffmpeg;
import parley.speech.decoding.AudioDecoder;
import parley.speech.decoding.DecodingLimits;
import parley.speech.engine.ModelFiles;
import parley.speech.engine.ModelFolders;
import parley.speech.engine.SpeechEngine;
import parley.speech.transcript.SpeechOptions;
import parley.speech.transcript.Transcript;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// Lists the speech models, verifies them and tries them out.
@Command(
    name = "models",
    mixinStandardHelpOptions = true,
    description =
        "Lists the files of the speech models, compares them with their checksums, and transcribes"
            + " a sentence. Ends with status 1 if a model cannot be used.")
final class ModelsCommand implements Callable<Integer> {
  /// J. F. Kennedy: eleven seconds of English.
  private static final Path SENTENCE = Path.of("examples", "jfk.flac");

  private static final int MIB = 1024 * 1024;

  @CommandLine.Spec CommandLine.Model.CommandSpec spec;
  @Mixin ConfigOptions options;

  @Override
  public Integer call() throws IOException {
    Config config = options.read();
    Logging.configure(config.server().logFormat(), Level.WARN);
    ModelFolders folders = SpeechBackends.folders(config.speech(), Main.home());
    for (Path folder :
        new LinkedHashSet<>(List.of(folders.models(), folders.whisper(), folders.english()))) {
      list(folder);
    }
    tryOut(config, folders);
    return 0;
  }

  private void list(Path folder) throws IOException {
    print(folder.toString());
    boolean sums = Files.isRegularFile(folder.resolve(ModelFiles.SUMS));
    try (Stream<Path> all = Files.walk(folder)) {
      List<Path> files = all.filter(Files::isRegularFile).sorted().toList();
      ModelFiles listed = sums ? ModelFiles.in(folder) : null;
      for (Path file : files) {
        String name = folder.relativize(file).toString();
        String state = "no checksum";
        if (listed != null && listed.lists(name)) {
          Path _ = listed.checked(name);
          state = "checksum ok";
        }
        print("  %8.1f MiB  %-11s  %s".formatted(Files.size(file) / (double) MIB, state, name));
      }
    }
  }

  private void tryOut(Config config, ModelFolders folders) throws IOException {
    int threads = SpeechBackends.threads(config.speech());
    Path scratch = Files.createTempDirectory("parley-models-").toRealPath();
    try (CloseStack opened = new CloseStack()) {
      AutoCloseable _ = opened.add(() -> DoctorCommand.remove(scratch));
      Ffmpeg ffmpeg = OpenDecoder.unproven(config, scratch);
      long began = System.nanoTime();
      SpeechEngine engine =
          opened.add(
              SpeechEngine.load(
                  folders, threads, new AudioDecoder(ffmpeg, DecodingLimits.DEFAULT)));
      engine.warmUp();
      print(
          "%s: ready on %s after %.1f s"
              .formatted(engine.model(), engine.device(), seconds(began)));
      began = System.nanoTime();
      Transcript transcript =
          engine.transcribe(Main.home().resolve(SENTENCE), SpeechOptions.PLAIN, share -> {});
      double took = seconds(began);
      double length = transcript.duration().toMillis() / 1000.0;
      print("  %s: %s".formatted(SENTENCE, transcript.text()));
      print(
          "  %.1f s of speech in %.1f s on %d threads, %.2f of its length"
              .formatted(length, took, threads, took / length));
    }
  }

  private static double seconds(long began) {
    return (System.nanoTime() - began) / 1e9;
  }

  private void print(String line) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(line);
    out.flush();
  }
}
