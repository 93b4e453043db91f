package parley.media.pictures;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import parley.media.bytes.Bytes;
import parley.media.bytes.IsoBoxes;
import parley.media.bytes.IsoBrands;

/// HEIC and AVIF (ISO/IEC 23008-12): the primary item's size, its transformations in order, and its
/// tiles, if any.
final class HeifHeader {
  private static final int MAX_BOXES = 4096;

  /// 200 megapixels have 800 tiles of 512 × 512; counted over the whole file.
  private static final int MAX_TILES = 1024;

  private static final int MAX_ASSOCIATIONS = 8192;

  private record Size(long width, long height) {}

  /// A property of items; all null if it is irrelevant here.
  private record Property(
      @Nullable Size size,
      int turnsLeft,
      @Nullable Integer mirroring,
      @Nullable DynamicRange range) {
    Property(@Nullable Size size, int turnsLeft, @Nullable Integer mirroring) {
      this(size, turnsLeft, mirroring, null);
    }
  }

  private final Bytes source;
  private final boolean avif;
  private final IsoBoxes boxes;
  private long primary;
  private int tilesSeen;
  private int associationsSeen;
  private boolean transparent;
  private final List<Property> properties = new ArrayList<>();
  private final Map<Long, List<Integer>> propertiesOfItem = new HashMap<>();
  private final Map<Long, List<Long>> tilesOfItem = new HashMap<>();

  private HeifHeader(Bytes source, boolean avif) {
    this.source = source;
    this.avif = avif;
    this.boxes = new IsoBoxes(source, MAX_BOXES);
  }

  static @Nullable HeifHeader read(Bytes source) {
    IsoBrands brands = IsoBrands.of(source);
    if (brands == null || !brands.hasPictures()) {
      return null;
    }
    HeifHeader header = new HeifHeader(source, brands.hasAvif());
    header.walk(0, source.length(), "");
    return header;
  }

  /// The header of the primary item; null if it is missing or has no size.
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
        // 1 swaps left and right. 0 swaps top and bottom, which is the same turned by 180°.
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

  /// The tiles of the primary item, row by row; empty if it has none.
  List<Long> tiles() {
    return tilesOfItem.getOrDefault(primary, List.of());
  }

  /// The number of tiles per row; 0 if there are none or their sizes are unknown.
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

  private void walk(long from, long to, String parent) {
    boxes.walk(
        from,
        to,
        box -> {
          if (box.whole()) {
            visit(box.name(), box.content(), box.end(), parent);
          }
          return box.whole();
        });
  }

  private void visit(String name, long at, long end, String parent) {
    if (parent.equals("ipco")) {
      property(name, at);
      return;
    }
    switch (parent + "/" + name) {
      case "/meta" -> walk(at + 4, end, name);
      case "meta/iprp", "iprp/ipco" -> walk(at, end, name);
      case "meta/pitm" -> primary = id(at + 4, source.unsigned8(at) != 0);
      case "meta/iref" -> {
        boolean wide = source.unsigned8(at) != 0;
        boxes.walk(at + 4, end, box -> reference(box, wide));
      }
      case "iprp/ipma" -> associations(at, end);
      default -> {
        // Irrelevant for the size.
      }
    }
  }

  private void property(String name, long at) {
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

  /// A colour profile does not specify the range.
  private @Nullable DynamicRange range(long at) {
    return source.has(at, "nclx") ? DynamicRange.ofCode(source.unsigned16(at + 6)) : null;
  }

  /// The size after cropping, which follows the stored size in an item's list.
  private @Nullable Size cleanAperture(long at) {
    long widthDivisor = source.unsigned32(at + 4);
    long heightDivisor = source.unsigned32(at + 12);
    if (widthDivisor == 0 || heightDivisor == 0) {
      return null;
    }
    return new Size(
        source.unsigned32(at) / widthDivisor, source.unsigned32(at + 8) / heightDivisor);
  }

  private boolean isAlpha(long at) {
    return source.has(at, "urn:mpeg:mpegB:cicp:systems:auxiliary:alpha")
        || source.has(at, "urn:mpeg:hevc:2015:auxid:1");
  }

  /// A `dimg` reference lists the tiles.
  private boolean reference(IsoBoxes.Box box, boolean wide) {
    if (box.name().equals("dimg")) {
      int idBytes = wide ? 4 : 2;
      long first = box.content() + idBytes + 2;
      int count = source.unsigned16(box.content() + idBytes);
      List<Long> tiles = new ArrayList<>();
      for (int i = 0; i < count && ++tilesSeen <= MAX_TILES; i++) {
        tiles.add(id(first + (long) i * idBytes, wide));
      }
      tilesOfItem.put(id(box.content(), wide), tiles);
    }
    return true;
  }

  private long id(long at, boolean wide) {
    return wide ? source.unsigned32(at) : source.unsigned16(at);
  }

  private void associations(long at, long end) {
    boolean wideIds = source.unsigned8(at) != 0;
    boolean wideIndexes = (source.unsigned8(at + 3) & 1) != 0;
    long entries = source.unsigned32(at + 4);
    long next = at + 8;
    for (long i = 0; i < entries && next < end; i++) {
      long item = id(next, wideIds);
      next += wideIds ? 4 : 2;
      int count = source.unsigned8(next++);
      associationsSeen += 1 + count;
      if (associationsSeen > MAX_ASSOCIATIONS) {
        return;
      }
      List<Integer> indexes = new ArrayList<>();
      for (int j = 0; j < count; j++) {
        // The highest bit means "essential".
        indexes.add(wideIndexes ? source.unsigned16(next) & 0x7fff : source.unsigned8(next) & 0x7f);
        next += wideIndexes ? 2 : 1;
      }
      propertiesOfItem.put(item, indexes);
    }
  }
}
