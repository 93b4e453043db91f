package parley.media.pictures;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// HEIC and AVIF (ISO/IEC 23008-12): the primary item's size, its transformations in their order,
/// and the tiles that it is made of, if it is.
final class HeifHeader {
  private static final int MOST_BOXES = 4096;

  /// 200 megapixels in tiles of 512 × 512 are 800; counted over the whole file.
  private static final int MOST_TILES = 1024;

  private static final int MOST_ASSOCIATIONS = 8192;

  private record Size(long width, long height) {}

  /// A property of items: one of those that matter, or none.
  private record Property(
      @Nullable Size size,
      int turnsLeft,
      @Nullable Integer mirroring,
      @Nullable DynamicRange range) {
    Property(@Nullable Size size, int turnsLeft, @Nullable Integer mirroring) {
      this(size, turnsLeft, mirroring, null);
    }
  }

  private final PictureSource source;
  private final boolean avif;
  private long primary;
  private int boxes;
  private int tilesSeen;
  private int associationsSeen;
  private boolean transparent;
  private final List<Property> properties = new ArrayList<>();
  private final Map<Long, List<Integer>> propertiesOfItem = new HashMap<>();
  private final Map<Long, List<Long>> tilesOfItem = new HashMap<>();

  private HeifHeader(PictureSource source, boolean avif) {
    this.source = source;
    this.avif = avif;
  }

  static @Nullable HeifHeader read(PictureSource source) throws IOException {
    boolean avif = false;
    boolean heif = false;
    long end = Math.min(source.unsigned32(0), 8 + 4 * 64);
    for (long at = 8; at + 4 <= end; at += 4) {
      switch (source.name(at)) {
        case "avif", "avis" -> avif = true;
        case "heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1" -> heif = true;
        default -> {
          // other brands say nothing here
        }
      }
    }
    if (!avif && !heif) {
      return null;
    }
    HeifHeader header = new HeifHeader(source, avif);
    header.boxes(0, source.size(), "");
    return header;
  }

  /// The header of the primary item; null when there is none or it has no size.
  @Nullable PictureHeader picture() {
    Size size = null;
    Orientation orientation = Orientation.UPRIGHT;
    DynamicRange range = DynamicRange.STANDARD;
    for (Property property : properties(primary)) {
      if (property.size() != null) {
        size = property.size();
      }
      range = property.range() == null ? range : property.range();
      orientation = orientation.turnedRight(-property.turnsLeft());
      if (property.mirroring() != null) {
        // 1: left and right change places. 0: top and bottom do, which is that turned by half.
        orientation =
            property.mirroring() == 1
                ? orientation.mirrored()
                : orientation.turnedRight(2).mirrored();
      }
    }
    PictureHeader header =
        size == null
            ? null
            : PictureHeader.of(
                avif ? PictureFormat.AVIF : PictureFormat.HEIC,
                size.width(),
                size.height(),
                orientation,
                transparent,
                false);
    return header == null ? null : header.with(range);
  }

  long primaryItem() {
    return primary;
  }

  /// The items that the primary one is put together from, row by row; empty when it is stored
  /// whole.
  List<Long> tiles() {
    return tilesOfItem.getOrDefault(primary, List.of());
  }

  /// How many tiles make a row; 0 when there are none or their sizes are unknown.
  int columns() {
    List<Long> tiles = tiles();
    Size whole = size(primary);
    Size tile = tiles.isEmpty() ? null : size(tiles.getFirst());
    if (whole == null || tile == null || tile.width() == 0) {
      return 0;
    }
    return (int) Math.min((whole.width() + tile.width() - 1) / tile.width(), tiles.size());
  }

  private @Nullable Size size(long item) {
    for (Property property : properties(item)) {
      if (property.size() != null) {
        return property.size();
      }
    }
    return null;
  }

  private List<Property> properties(long item) {
    return propertiesOfItem.getOrDefault(item, List.of()).stream()
        .filter(index -> index >= 1 && index <= properties.size())
        .map(index -> properties.get(index - 1))
        .toList();
  }

  private void boxes(long from, long to, String parent) throws IOException {
    long at = from;
    while (at + 8 <= to && ++boxes < MOST_BOXES) {
      long size = source.unsigned32(at);
      long content = at + 8;
      if (size == 1) {
        size = source.unsigned64(at + 8);
        content = at + 16;
      } else if (size == 0) {
        size = to - at;
      }
      if (size < content - at || size > to - at) {
        return;
      }
      box(source.name(at + 4), content, at + size, parent);
      at += size;
    }
  }

  private void box(String name, long at, long end, String parent) throws IOException {
    if (parent.equals("ipco")) {
      property(name, at);
      return;
    }
    switch (parent + "/" + name) {
      case "/meta" -> boxes(at + 4, end, name);
      case "meta/iprp" -> boxes(at, end, name);
      case "iprp/ipco" -> boxes(at, end, name);
      case "meta/pitm" ->
          primary =
              source.unsigned8(at) == 0 ? source.unsigned16(at + 4) : source.unsigned32(at + 4);
      case "meta/iref" -> references(at, end);
      case "iprp/ipma" -> associations(at, end);
      default -> {
        // not needed for the size
      }
    }
  }

  private void property(String name, long at) throws IOException {
    properties.add(
        switch (name) {
          case "ispe" ->
              new Property(new Size(source.unsigned32(at + 4), source.unsigned32(at + 8)), 0, null);
          case "clap" -> new Property(cleanAperture(at), 0, null);
          case "colr" -> new Property(null, 0, null, range(at));
          case "irot" -> new Property(null, source.unsigned8(at) & 3, null);
          case "imir" -> new Property(null, 0, source.unsigned8(at) & 1);
          default -> {
            transparent |= name.equals("auxC") && isAlpha(at + 4);
            yield new Property(null, 0, null);
          }
        });
  }

  /// A profile says nothing of it.
  private @Nullable DynamicRange range(long at) throws IOException {
    return source.has(at, "nclx") ? DynamicRange.ofCode(source.unsigned16(at + 6)) : null;
  }

  /// What is left after cropping; comes behind the stored size in an item's list.
  private @Nullable Size cleanAperture(long at) throws IOException {
    long widthDivisor = source.unsigned32(at + 4);
    long heightDivisor = source.unsigned32(at + 12);
    if (widthDivisor == 0 || heightDivisor == 0) {
      return null;
    }
    return new Size(
        source.unsigned32(at) / widthDivisor, source.unsigned32(at + 8) / heightDivisor);
  }

  private boolean isAlpha(long at) throws IOException {
    return source.has(at, "urn:mpeg:mpegB:cicp:systems:auxiliary:alpha")
        || source.has(at, "urn:mpeg:hevc:2015:auxid:1");
  }

  /// The references "is derived from" name the tiles.
  private void references(long at, long end) throws IOException {
    boolean wide = source.unsigned8(at) != 0;
    int idBytes = wide ? 4 : 2;
    long box = at + 4;
    while (box + 8 <= end && ++boxes < MOST_BOXES) {
      long size = source.unsigned32(box);
      if (size < 8) {
        return;
      }
      if (source.has(box + 4, "dimg")) {
        long item = id(box + 8, wide);
        int count = source.unsigned16(box + 8 + idBytes);
        List<Long> tiles = new ArrayList<>();
        for (int i = 0; i < count && ++tilesSeen <= MOST_TILES; i++) {
          tiles.add(id(box + 10 + idBytes + (long) i * idBytes, wide));
        }
        tilesOfItem.put(item, tiles);
      }
      box += size;
    }
  }

  private long id(long at, boolean wide) throws IOException {
    return wide ? source.unsigned32(at) : source.unsigned16(at);
  }

  private void associations(long at, long end) throws IOException {
    boolean wideIds = source.unsigned8(at) != 0;
    boolean wideIndexes = (source.unsigned8(at + 3) & 1) != 0;
    long entries = source.unsigned32(at + 4);
    long next = at + 8;
    for (long i = 0; i < entries && next < end; i++) {
      long item = id(next, wideIds);
      next += wideIds ? 4 : 2;
      int count = source.unsigned8(next++);
      associationsSeen += 1 + count;
      if (associationsSeen > MOST_ASSOCIATIONS) {
        return;
      }
      List<Integer> indexes = new ArrayList<>();
      for (int j = 0; j < count; j++) {
        // The highest bit says "essential".
        indexes.add(wideIndexes ? source.unsigned16(next) & 0x7fff : source.unsigned8(next) & 0x7f);
        next += wideIndexes ? 2 : 1;
      }
      propertiesOfItem.put(item, indexes);
    }
  }
}
