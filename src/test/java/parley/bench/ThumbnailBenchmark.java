package parley.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import parley.ffmpeg.Ffmpeg;
import parley.ffmpeg.FfmpegBundle;
import parley.media.pictures.PictureLimits;
import parley.media.pictures.Thumbnails;

/// Pictures per second of [Thumbnails]: `ThumbnailBenchmark ROUNDS AT_ONCE CACHE PICTURE…`. Each
/// picture becomes six thumbnails.
public final class ThumbnailBenchmark {
  private ThumbnailBenchmark() {}

  /// Prints pictures per second and milliseconds per picture.
  public static void main(String[] arguments)
      throws IOException, InterruptedException, ExecutionException {
    int rounds = Integer.parseInt(arguments[0]);
    Ffmpeg ffmpeg = FfmpegBundle.unpacked(Path.of(arguments[2]));
    List<String> pictures = Arrays.asList(arguments).subList(3, arguments.length);
    Path scratch = Path.of(arguments[2], "thumbnail-benchmark");
    Thumbnails.clear(scratch);
    Thumbnails thumbnails = new Thumbnails(ffmpeg, scratch, PictureLimits.standard());
    thumbnails.ofPicture(Path.of(pictures.getFirst()));
    long start = System.nanoTime();
    List<Future<Integer>> made = new ArrayList<>();
    try (ExecutorService callers = Executors.newFixedThreadPool(Integer.parseInt(arguments[1]))) {
      for (int round = 0; round < rounds; round++) {
        for (String picture : pictures) {
          made.add(
              callers.submit(() -> thumbnails.ofPicture(Path.of(picture)).thumbnails().size()));
        }
      }
      for (Future<Integer> one : made) {
        if (one.get() != 6) {
          throw new IllegalStateException("a picture gave no thumbnails");
        }
      }
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    System.out.printf(
        "%d pictures, %.1f a second, %.1f ms each%n",
        made.size(), made.size() / seconds, seconds * 1000 / made.size());
  }
}
