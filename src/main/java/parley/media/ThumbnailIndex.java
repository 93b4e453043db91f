package parley.media;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import parley.media.pictures.Thumbnail;

/// The positions of a blob's thumbnails, which are stored one after the other in a single object.
/// One object costs one write per upload and one deletion instead of six.
///
/// @param lengths in bytes, in the order of [#ORDER]; empty if there are none
public record ThumbnailIndex(List<Integer> lengths) {
  public static final ThumbnailIndex NONE = new ThumbnailIndex(List.of());

  /// Must never change, because stored objects have this order.
  private static final List<Place> ORDER =
      List.of(
          new Place(Thumbnail.Size.LARGE, Thumbnail.Encoding.WEBP),
          new Place(Thumbnail.Size.LARGE, Thumbnail.Encoding.JPEG),
          new Place(Thumbnail.Size.MEDIUM, Thumbnail.Encoding.WEBP),
          new Place(Thumbnail.Size.MEDIUM, Thumbnail.Encoding.JPEG),
          new Place(Thumbnail.Size.SMALL, Thumbnail.Encoding.WEBP),
          new Place(Thumbnail.Size.SMALL, Thumbnail.Encoding.JPEG));

  private record Place(Thumbnail.Size size, Thumbnail.Encoding encoding) {}

  /// A range of the object, in bytes.
  public record Slice(long offset, long length) {}

  /// The thumbnails in the order in which they are stored.
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

  /// The position of a thumbnail; empty if there is none.
  public Optional<Slice> find(Thumbnail.Size size, Thumbnail.Encoding encoding) {
    int wanted = ORDER.indexOf(new Place(size, encoding));
    if (wanted >= lengths.size()) {
      return Optional.empty();
    }
    long offset = lengths.subList(0, wanted).stream().mapToLong(Integer::longValue).sum();
    return Optional.of(new Slice(offset, lengths.get(wanted)));
  }
}
