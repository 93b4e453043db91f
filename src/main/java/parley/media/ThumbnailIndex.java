package parley.media;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import parley.media.pictures.Thumbnail;

/// Where each thumbnail of a content lies in the one object that holds them all, one behind the
/// other. One object costs one write at upload and one removal in the end, instead of six.
///
/// @param lengths in bytes, in the order of [#ORDER]; empty when there are none
public record ThumbnailIndex(List<Integer> lengths) {
  public static final ThumbnailIndex NONE = new ThumbnailIndex(List.of());

  /// Never to be changed: stored objects are in this order.
  private static final List<Place> ORDER =
      List.of(
          new Place(Thumbnail.Size.LARGE, Thumbnail.Encoding.WEBP),
          new Place(Thumbnail.Size.LARGE, Thumbnail.Encoding.JPEG),
          new Place(Thumbnail.Size.MEDIUM, Thumbnail.Encoding.WEBP),
          new Place(Thumbnail.Size.MEDIUM, Thumbnail.Encoding.JPEG),
          new Place(Thumbnail.Size.SMALL, Thumbnail.Encoding.WEBP),
          new Place(Thumbnail.Size.SMALL, Thumbnail.Encoding.JPEG));

  private record Place(Thumbnail.Size size, Thumbnail.Encoding encoding) {}

  /// A stretch of the object, in bytes.
  public record Stretch(long offset, long length) {}

  /// The thumbnails as they are to be stored.
  static List<Thumbnail> inOrder(List<Thumbnail> thumbnails) {
    return thumbnails.stream()
        .sorted(
            Comparator.comparingInt(
                thumbnail -> ORDER.indexOf(new Place(thumbnail.size(), thumbnail.encoding()))))
        .toList();
  }

  static ThumbnailIndex of(List<Thumbnail> inOrder) {
    List<Integer> lengths = new ArrayList<>();
    inOrder.forEach(thumbnail -> lengths.add(thumbnail.content().length));
    return new ThumbnailIndex(List.copyOf(lengths));
  }

  public boolean isEmpty() {
    return lengths.isEmpty();
  }

  /// Where the thumbnail lies; empty when there is none.
  public Optional<Stretch> find(Thumbnail.Size size, Thumbnail.Encoding encoding) {
    int wanted = ORDER.indexOf(new Place(size, encoding));
    if (wanted >= lengths.size()) {
      return Optional.empty();
    }
    long offset = lengths.subList(0, wanted).stream().mapToLong(Integer::longValue).sum();
    return Optional.of(new Stretch(offset, lengths.get(wanted)));
  }
}
