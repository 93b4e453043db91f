package parley.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import parley.ffmpeg.Ffmpeg;
import parley.ffmpeg.FfmpegBundle;

/// Creates JPEGs of 4,000 × 3,000 pixels and about 3.5 MB, like those of a phone: fine structure
/// under sensor noise. `NoisePictures CACHE DIRECTORY COUNT`.
public final class NoisePictures {
  private NoisePictures() {}

  /// Writes `p1.jpg`, `p2.jpg` and so on to the directory.
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Ffmpeg ffmpeg = FfmpegBundle.unpacked(Path.of(arguments[0]));
    for (int i = 1; i <= Integer.parseInt(arguments[2]); i++) {
      Path picture = Path.of(arguments[1], "p" + i + ".jpg");
      int exit =
          ffmpeg
              .findingLibraries(
                  new ProcessBuilder(
                      ffmpeg.ffmpeg().toString(),
                      "-v",
                      "error",
                      "-filter_complex",
                      "mandelbrot=size=4000x3000:start_scale=0.%d:rate=1".formatted(i * 3 % 10)
                          + ",noise=alls=12:allf=t:all_seed=%d,format=yuvj420p".formatted(i),
                      "-frames:v",
                      "1",
                      "-q:v",
                      "3",
                      picture.toString()))
              .inheritIO()
              .start()
              .waitFor();
      if (exit != 0 || Files.size(picture) == 0) {
        throw new IOException("ffmpeg could not make " + picture);
      }
    }
  }
}
