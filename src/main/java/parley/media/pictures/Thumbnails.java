package parley.media.pictures;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.jspecify.annotations.Nullable;
import parley.ffmpeg.Arguments;
import parley.ffmpeg.DecoderUnavailable;
import parley.ffmpeg.Ffmpeg;
import parley.ffmpeg.FfmpegRun;

/// Makes the thumbnails of pictures and videos in three sizes and two encodings, with one ffmpeg
/// process that can only read the file and write the thumbnails.
///
/// Blocks the calling thread, which may be virtual: child processes do the work.
public final class Thumbnails {
  /// The version of the thumbnails. Increase it whenever thumbnails improve, so that stored ones
  /// are made again.
  public static final int VERSION = 1;

  private static final String SCRATCH = "thumbnails-";

  private final FfmpegRun run;
  private final Path scratchFolder;
  private final PictureLimits limits;
  private final Set<Thumbnail.Encoding> encodings = EnumSet.allOf(Thumbnail.Encoding.class);

  /// @param scratchFolder contains a temporary folder per file
  public Thumbnails(Ffmpeg programs, Path scratchFolder, PictureLimits limits) {
    this.run = new FfmpegRun(programs, limits.ofChild());
    this.scratchFolder = scratchFolder;
    this.limits = limits;
  }

  /// Creates the scratch folder and removes what a crash left in it. No other process may use it.
  public static void clear(Path scratchFolder) throws IOException {
    Files.createDirectories(scratchFolder);
    try (Stream<Path> left = Files.list(scratchFolder)) {
      for (Path folder : left.toList()) {
        if (folder.getFileName().toString().startsWith(SCRATCH)) {
          FileUtils.deleteDirectory(folder.toFile());
        }
      }
    }
  }

  /// Makes the thumbnails of a picture. There are none if it exceeds the limits (then nothing is
  /// decoded), is broken from the start, or cannot be decoded by ffmpeg. A truncated picture is
  /// shown as far as possible.
  ///
  /// @throws DecoderUnavailable when ffmpeg does not work, or not with this file under these limits
  /// @throws IOException when the scratch folder cannot be used
  public Rendering ofPicture(Path file) throws IOException {
    Optional<PictureHeader> read = PictureHeader.read(file);
    if (read.isEmpty()) {
      return Rendering.none(NoThumbnail.BROKEN);
    }
    PictureHeader header = read.get();
    boolean jpeg = header.format() == PictureFormat.JPEG;
    if (header.pixels() > (jpeg ? limits.maxJpegPixels() : limits.maxPixels())) {
      return Rendering.none(NoThumbnail.TOO_MANY_PIXELS);
    }
    return inScratch(folder ->
        switch (PictureInput.of(file, header, folder)) {
          case PictureInput.None(NoThumbnail reason) -> Rendering.none(reason);
          case PictureInput.Decodable input ->
              make(
                  input.file(),
                  folder,
                  input.arguments(limits),
                  input.graph(encodings),
                  input.label(),
                  header.range());
        });
  }

  /// Makes the thumbnails of a video from a frame that is not black, unless all are. There are none
  /// if it has no decodable video track.
  ///
  /// @param found the result of [MediaProbe]
  /// @throws DecoderUnavailable when ffmpeg does not work, or not with this file under these limits
  /// @throws IOException when the scratch folder cannot be used
  public Rendering ofVideo(Path file, MediaProbe.Found found) throws IOException {
    Integer width = found.width();
    Integer height = found.height();
    if (width == null || height == null) {
      return Rendering.none(NoThumbnail.NO_PICTURE);
    }
    if ((long) width * height > limits.maxPixels()) {
      return Rendering.none(NoThumbnail.TOO_MANY_PIXELS);
    }
    ThumbnailGraph graph = new ThumbnailGraph(width, height, Orientation.UPRIGHT, false, encodings);
    long end = System.nanoTime() + limits.patience().toNanos();
    return inScratch(folder -> {
      Rendering made = Rendering.none(NoThumbnail.BROKEN);
      for (VideoFrameSearch search :
          VideoFrameSearch.inOrder(found.duration(), (long) width * height)) {
        if (limits.last() && search.refusesBlack() && System.nanoTime() > end) {
          continue;
        }
        try {
          made =
              make(
                  file,
                  folder,
                  search.arguments(limits),
                  graph,
                  search.label(graph, found.range()),
                  found.range());
        } catch (DecoderUnavailable failure) {
          if (!failure.passedSelfTest() || !limits.last() || !search.refusesBlack()) {
            throw failure;
          }
          // The last search accepts any frame and is cheap.
        }
        if (!made.thumbnails().isEmpty()) {
          return made;
        }
      }
      return made;
    });
  }

  @FunctionalInterface
  private interface Work {
    Rendering in(Path folder) throws IOException;
  }

  private Rendering inScratch(Work work) throws IOException {
    // Somebody may have tidied up.
    Path folder = Files.createTempDirectory(Files.createDirectories(scratchFolder), SCRATCH);
    try {
      return work.in(folder);
    } finally {
      FileUtils.deleteDirectory(folder.toFile());
    }
  }

  private Rendering make(
      Path file,
      Path folder,
      List<String> input,
      ThumbnailGraph graph,
      String label,
      DynamicRange range)
      throws IOException {
    try {
      return make(file, folder, input, graph, label + range.filters());
    } catch (DecoderUnavailable failure) {
      // Some installed ffmpegs lack the filter; colours are paler without it.
      if (range.filters().isEmpty() || !String.valueOf(failure.getMessage()).contains("zscale")) {
        throw failure;
      }
      return make(file, folder, input, graph, label);
    }
  }

  private Rendering make(
      Path file, Path folder, List<String> input, ThumbnailGraph graph, String label)
      throws IOException {
    List<String> arguments =
        new ArrayList<>(
            Arguments.of("-hide_banner -v info -nostdin -nostats -y -filter_complex_threads 1"));
    arguments.addAll(input);
    arguments.addAll(List.of("-filter_complex", graph.filters(label)));
    arguments.addAll(graph.outputs());
    byte[] _ = run.ffmpeg(file, folder, arguments);
    List<Thumbnail> made = new ArrayList<>();
    for (Thumbnail.Size size : Thumbnail.Size.values()) {
      for (Thumbnail.Encoding encoding : encodings) {
        Thumbnail thumbnail = read(folder, size, encoding, graph);
        if (thumbnail == null) {
          return Rendering.none(NoThumbnail.BROKEN);
        }
        made.add(thumbnail);
      }
    }
    return Rendering.of(made);
  }

  private static @Nullable Thumbnail read(
      Path folder, Thumbnail.Size size, Thumbnail.Encoding encoding, ThumbnailGraph graph)
      throws IOException {
    try {
      byte[] content = Files.readAllBytes(folder.resolve(Thumbnail.fileName(size, encoding)));
      int[] dimensions = graph.dimensions(size);
      return content.length == 0
          ? null
          : new Thumbnail(size, encoding, dimensions[0], dimensions[1], content);
    } catch (NoSuchFileException notMade) {
      return null;
    }
  }
}
