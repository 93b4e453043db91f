package parley.media.pictures;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import parley.ffmpeg.Arguments;

/// The ffmpeg filter graph and outputs for all thumbnails of one frame. Each size is scaled from
/// the next larger one.
///
/// @param width of the decoded frame, in pixels
/// @param height of the decoded frame, in pixels
/// @param orientation to be applied
/// @param transparent whether JPEGs need a background
record ThumbnailGraph(
    int width,
    int height,
    Orientation orientation,
    boolean transparent,
    Set<Thumbnail.Encoding> encodings) {

  /// The dimensions of a picture that is scaled down to fit a box.
  static int[] fitted(int width, int height, int box) {
    int side = Math.max(width, height);
    if (side <= box) {
      return new int[] {width, height};
    }
    return new int[] {
      (int) Math.max(1, Math.round((double) width * box / side)),
      (int) Math.max(1, Math.round((double) height * box / side))
    };
  }

  /// The filter graph from the input to one labelled output per thumbnail.
  ///
  /// @param input labels or filters that yield the frame and may be followed by another filter
  String filters(String input) {
    StringBuilder graph = new StringBuilder(input);
    // The colours of transparent pixels would bleed into the edges.
    graph.append(transparent ? "format=gbrap,premultiply=inplace=1," : "");
    graph.append(scaled(Thumbnail.Size.LARGE));
    // Otherwise the source's colour profile would be copied into every JPEG. A printer's profile
    // has half a megabyte, and no longer applies to the converted colours.
    graph.append(",sidedata=mode=delete");
    graph.append(transparent ? ",unpremultiply=inplace=1,format=rgba" : "");
    graph.append(orientation.filters().isEmpty() ? "" : "," + orientation.filters());
    List<Thumbnail.Size> sizes = List.of(Thumbnail.Size.values());
    for (int i = 0; i < sizes.size(); i++) {
      Thumbnail.Size size = sizes.get(i);
      boolean smaller = i + 1 < sizes.size();
      int outputs = encodings.size() + (smaller ? 1 : 0);
      graph.append(",split=").append(outputs);
      for (Thumbnail.Encoding encoding : encodings) {
        graph.append(label(size, encoding, "raw"));
      }
      graph.append(smaller ? "[below" + size + "]" : "");
      for (Thumbnail.Encoding encoding : encodings) {
        graph.append(';').append(grounded(size, encoding));
      }
      if (smaller) {
        graph.append(";[below").append(size).append(']').append(scaledUpright(sizes.get(i + 1)));
      }
    }
    return graph.toString();
  }

  private String grounded(Thumbnail.Size size, Thumbnail.Encoding encoding) {
    String raw = label(size, encoding, "raw");
    String done = label(size, encoding, "done");
    if (encoding == Thumbnail.Encoding.JPEG && transparent) {
      int[] upright = upright(size);
      String ground = "[ground" + size + "]";
      return "color=c=white:s=%dx%d,format=rgb24%s;%s%soverlay=format=auto:shortest=1%s"
          .formatted(upright[0], upright[1], ground, ground, raw, done);
    }
    return raw + "null" + done;
  }

  private static String label(Thumbnail.Size size, Thumbnail.Encoding encoding, String stage) {
    return "[" + stage + size + encoding + "]";
  }

  private String scaled(Thumbnail.Size size) {
    int[] fitted = fitted(width, height, size.box());
    return "scale=%d:%d:flags=bicubic,setsar=1".formatted(fitted[0], fitted[1]);
  }

  private String scaledUpright(Thumbnail.Size size) {
    int[] upright = upright(size);
    return "scale=%d:%d:flags=bicubic".formatted(upright[0], upright[1]);
  }

  private int[] upright(Thumbnail.Size size) {
    int[] fitted = fitted(width, height, size.box());
    return orientation.swapsSides() ? new int[] {fitted[1], fitted[0]} : fitted;
  }

  /// The outputs: one frame each, written to the working folder, without metadata of the source or
  /// the encoder.
  List<String> outputs() {
    List<String> outputs = new ArrayList<>();
    for (Thumbnail.Size size : Thumbnail.Size.values()) {
      for (Thumbnail.Encoding encoding : encodings) {
        outputs.addAll(List.of("-map", label(size, encoding, "done")));
        outputs.addAll(
            switch (encoding) {
              // Level 2 is twice as fast as the default for files that are 4 % larger.
              case WEBP -> Arguments.of("-c:v libwebp -compression_level 2 -quality 80");
              // Similar quality; ffmpeg's scale is 2 (best) to 31.
              case JPEG -> Arguments.of("-c:v mjpeg -q:v 4");
            });
        outputs.addAll(
            Arguments.of(
                ("-frames:v 1 -threads 1 -map_metadata -1 -fflags +bitexact -flags:v +bitexact"
                        + " -f image2 -update 1 %s")
                    .formatted(Thumbnail.fileName(size, encoding))));
      }
    }
    return outputs;
  }

  /// The width and height of a thumbnail.
  int[] dimensions(Thumbnail.Size size) {
    return upright(size);
  }
}
