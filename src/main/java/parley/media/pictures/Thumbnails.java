package parley.media.pictures;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import parley.ffmpeg.DecoderUnavailable;
import parley.ffmpeg.Ffmpeg;
import parley.ffmpeg.FfmpegRun;

/// Makes the thumbnails of pictures and videos, each in three sizes and in both encodings, by one
/// ffmpeg process that may read nothing but the file and write nothing but the thumbnails.
///
/// Blocks the calling thread, which may be a virtual one: the work is done in child processes, of
/// which only so many run at once as the limits say.
public final class Thumbnails {
  private static final String SCRATCH = "thumbnails-";

  private final FfmpegRun run;
  private final MediaProbe probe;
  private final Path scratchFolder;
  private final PictureLimits limits;
  private final Semaphore places;
  private final Set<Thumbnail.Encoding> encodings = EnumSet.allOf(Thumbnail.Encoding.class);

  /// @param scratchFolder holds a folder for each picture while it is worked on
  public Thumbnails(Ffmpeg programs, Path scratchFolder, PictureLimits limits) {
    this.run = new FfmpegRun(programs, limits.ofChild());
    this.probe = new MediaProbe(programs, limits);
    this.scratchFolder = scratchFolder;
    this.limits = limits;
    this.places = new Semaphore(limits.atOnce(), true);
  }

  /// Makes the scratch folder and removes what a crash left in it. No other process may be using
  /// it.
  public void start() throws IOException {
    Files.createDirectories(scratchFolder);
    try (Stream<Path> left = Files.list(scratchFolder)) {
      for (Path folder : left.toList()) {
        if (folder.getFileName().toString().startsWith(SCRATCH)) {
          remove(folder);
        }
      }
    }
  }

  /// The thumbnails of a picture; none when it has more pixels than the limits allow (nothing is
  /// decoded then), is broken from its start, or is of a kind that ffmpeg cannot decode. One that
  /// is cut off midway shows what there is.
  ///
  /// @throws DecoderUnavailable when ffmpeg does not work
  /// @throws IOException when the scratch folder cannot be used
  public List<Thumbnail> ofPicture(Path file) throws IOException {
    Optional<PictureHeader> read = PictureHeader.read(file);
    if (read.isEmpty()) {
      return List.of();
    }
    PictureHeader header = read.get();
    boolean jpeg = header.format() == PictureFormat.JPEG;
    if (header.pixels() > (jpeg ? limits.mostJpegPixels() : limits.mostPixels())) {
      return List.of();
    }
    return inScratch(folder -> {
      PictureInput input = PictureInput.of(file, header, folder);
      return input == null
          ? List.of()
          : make(
              input.file(), folder, input.arguments(limits), input.graph(encodings), input.label());
    });
  }

  /// The thumbnails of a video's frame that is not black, unless all of it is; none when it has no
  /// video track or that cannot be decoded.
  ///
  /// @throws DecoderUnavailable when ffmpeg does not work
  /// @throws IOException when the scratch folder cannot be used
  public List<Thumbnail> ofVideo(Path file) throws IOException {
    MediaProbe.Found found = probe.look(file).orElse(null);
    Integer width = found == null ? null : found.width();
    Integer height = found == null ? null : found.height();
    if (found == null || width == null || height == null) {
      return List.of();
    }
    if ((long) width * height > limits.mostPixels()) {
      return List.of();
    }
    ThumbnailGraph graph = new ThumbnailGraph(width, height, Orientation.UPRIGHT, false, encodings);
    return inScratch(folder -> {
      for (VideoFrameSearch search : VideoFrameSearch.inOrder(found.duration())) {
        List<Thumbnail> made =
            make(file, folder, search.arguments(limits), graph, search.label(graph));
        if (!made.isEmpty()) {
          return made;
        }
      }
      return List.of();
    });
  }

  @FunctionalInterface
  private interface Work {
    List<Thumbnail> in(Path folder) throws IOException;
  }

  private List<Thumbnail> inScratch(Work work) throws IOException {
    try {
      places.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while waiting for a place to make thumbnails", e);
    }
    try {
      Path folder = Files.createTempDirectory(scratchFolder, SCRATCH);
      try {
        return work.in(folder);
      } finally {
        remove(folder);
      }
    } finally {
      places.release();
    }
  }

  private List<Thumbnail> make(
      Path file, Path folder, List<String> input, ThumbnailGraph graph, String label)
      throws IOException {
    List<String> arguments =
        new ArrayList<>(List.of("-hide_banner", "-v", "info", "-nostdin", "-nostats", "-y"));
    arguments.addAll(List.of("-filter_complex_threads", "1"));
    arguments.addAll(input);
    arguments.addAll(List.of("-filter_complex", graph.filters(label)));
    arguments.addAll(graph.outputs());
    byte[] _ = run.ffmpeg(file, folder, arguments);
    List<Thumbnail> made = new ArrayList<>();
    for (Thumbnail.Size size : Thumbnail.Size.values()) {
      for (Thumbnail.Encoding encoding : encodings) {
        Thumbnail thumbnail = read(folder, size, encoding, graph);
        if (thumbnail == null) {
          return List.of();
        }
        made.add(thumbnail);
      }
    }
    return made;
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

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> content = Files.walk(folder)) {
      for (Path path : content.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
