package parley.media.pictures;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import parley.ffmpeg.Arguments;

/// How ffmpeg reads a picture of some format: the demuxer, decoders and filters that yield the
/// whole picture. Or why it cannot.
sealed interface PictureInput {
  /// A picture that ffmpeg cannot decode correctly.
  record None(NoThumbnail reason) implements PictureInput {}

  /// JPEGs are decoded at a half, a quarter or an eighth of their size if that is not smaller than
  /// the largest thumbnail, which saves nearly all of the time.
  int MAX_HALVINGS = 3;

  /// Chooses how to read the file.
  ///
  /// @param scratch a folder for intermediate files
  static PictureInput of(Path file, PictureHeader header, Path scratch) throws IOException {
    return switch (header.format()) {
      case JPEG -> plain(file, header, jpegOptions(header));
      case PNG -> png(file, header, scratch);
      case GIF -> gif(file, header, scratch);
      case BMP -> plain(file, header, Arguments.of("-f bmp_pipe -codec_whitelist bmp"));
      case TIFF -> tiff(file, header);
      case WEBP -> webp(file, header, scratch);
      case HEIC, AVIF -> heif(file, header);
    };
  }

  private static Decodable plain(Path file, PictureHeader header, List<String> options) {
    return new Decodable(
        file, options, "[0:v:0]", header.storedWidth(), header.storedHeight(), header);
  }

  private static List<String> jpegOptions(PictureHeader header) {
    int side = Math.max(header.storedWidth(), header.storedHeight());
    int halvings = 0;
    while (halvings < MAX_HALVINGS && side >> (halvings + 1) >= Thumbnail.Size.LARGE.box()) {
      halvings++;
    }
    return Arguments.of("-f jpeg_pipe -codec_whitelist mjpeg -lowres %d".formatted(halvings));
  }

  private static PictureInput png(Path file, PictureHeader header, Path scratch)
      throws IOException {
    Path bare = scratch.resolve("bare.png");
    return PngChunks.copyPixels(file, bare)
        ? plain(bare, header, Arguments.of("-f png_pipe -codec_whitelist png"))
        : new None(NoThumbnail.TOO_COSTLY);
  }

  private static Decodable gif(Path file, PictureHeader header, Path scratch) throws IOException {
    List<String> options = Arguments.of("-f gif -codec_whitelist gif");
    return PictureHeader.read(file, GifHeader::hasScreen).orElse(false)
        ? plain(file, header, options)
        : plain(
            GifHeader.withScreen(file, header, scratch.resolve("with-screen.gif")),
            header,
            options);
  }

  private static PictureInput tiff(Path file, PictureHeader header) throws IOException {
    return PictureHeader.read(file, TiffHeader::isDecodable).orElse(false)
        ? plain(file, header, Arguments.of("-f tiff_pipe -codec_whitelist tiff"))
        : new None(NoThumbnail.UNSUPPORTED);
  }

  /// ffmpeg cannot decode animated WebP, so its first frame is extracted and placed on the canvas.
  private static PictureInput webp(Path file, PictureHeader header, Path scratch)
      throws IOException {
    List<String> options = Arguments.of("-f webp_pipe -codec_whitelist webp,vp8");
    if (!header.animated()) {
      return plain(file, header, options);
    }
    AnimatedWebp.Frame frame = AnimatedWebp.firstFrame(file).orElse(null);
    if (frame == null || !frame.isWithin(header)) {
      return new None(NoThumbnail.BROKEN);
    }
    Path alone = scratch.resolve("frame.webp");
    AnimatedWebp.copy(frame, file, alone);
    PictureHeader ofFrame = PictureHeader.read(alone).orElse(null);
    if (ofFrame == null || !frame.measuresAs(ofFrame)) {
      return new None(NoThumbnail.BROKEN);
    }
    boolean whole =
        frame.width() == header.storedWidth() && frame.height() == header.storedHeight();
    String label =
        "[0:v:0]format=rgba,pad=%d:%d:%d:%d:color=black@0,"
            .formatted(header.storedWidth(), header.storedHeight(), frame.left(), frame.top());
    return new Decodable(
        alone,
        options,
        whole ? "[0:v:0]" : label,
        header.storedWidth(),
        header.storedHeight(),
        whole ? header : header.withTransparency());
  }

  /// ffmpeg exposes every item of the file as a stream with the item's number. Phones store a
  /// picture as dozens of tiles.
  private static PictureInput heif(Path file, PictureHeader header) throws IOException {
    HeifHeader items = PictureHeader.read(file, HeifHeader::read).orElse(null);
    if (items == null) {
      return new None(NoThumbnail.BROKEN);
    }
    List<Long> tiles = items.tiles();
    StringBuilder label = new StringBuilder();
    if (tiles.isEmpty()) {
      label.append("[0:i:").append(items.primaryItem()).append(']');
    } else {
      tiles.forEach(tile -> label.append("[0:i:").append(tile).append(']'));
      int columns = items.columns();
      if (columns == 0 || tiles.size() % columns != 0) {
        return new None(NoThumbnail.BROKEN);
      }
      if (tiles.size() > 1) {
        label.append(
            "xstack=inputs=%d:grid=%dx%d,"
                .formatted(tiles.size(), columns, tiles.size() / columns));
      }
      label.append("crop=%d:%d:0:0,".formatted(header.storedWidth(), header.storedHeight()));
    }
    return new Decodable(
        file,
        Arguments.of("-f mov -codec_whitelist hevc,libdav1d,libaom-av1,av1,mjpeg"),
        label.toString(),
        header.storedWidth(),
        header.storedHeight(),
        header);
  }

  /// A file that ffmpeg can read.
  ///
  /// @param file the input file
  /// @param options the input options
  /// @param label the filters that yield the frame
  /// @param width pixels per row of the frame
  /// @param height rows of the frame
  record Decodable(
      Path file, List<String> options, String label, int width, int height, PictureHeader header)
      implements PictureInput {
    /// The arguments up to and including the input.
    List<String> arguments(PictureLimits limits) {
      boolean jpeg = header.format() == PictureFormat.JPEG;
      List<String> arguments =
          new ArrayList<>(Arguments.of("-protocol_whitelist fd,pipe -threads 1"));
      arguments.addAll(options);
      // Guards against dimensions other than those that the header reader found.
      arguments.addAll(
          Arguments.of(
              "-max_pixels %d -noautorotate -fd 0 -i fd:"
                  .formatted(jpeg ? limits.maxJpegPixels() : limits.maxPixels())));
      return arguments;
    }

    ThumbnailGraph graph(Set<Thumbnail.Encoding> encodings) {
      boolean heif = header.format() == PictureFormat.HEIC || header.format() == PictureFormat.AVIF;
      // HEIF stores the alpha channel as a separate picture, which is ignored.
      boolean transparent = header.transparent() && !heif;
      return new ThumbnailGraph(width, height, header.orientation(), transparent, encodings);
    }
  }
}
