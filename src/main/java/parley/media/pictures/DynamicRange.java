package parley.media.pictures;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// How bright a picture may be, by its transfer function: most are made for screens of a standard
/// range, some for more.
public enum DynamicRange {
  STANDARD(""),
  /// Perceptual quantisation (SMPTE ST 2084), as HDR10 has it.
  PQ("smpte2084"),
  /// Hybrid log-gamma (ARIB STD-B67), as phones record it.
  HLG("arib-std-b67");

  /// Code points of transfer functions in ITU-T H.273, table 3.
  private static final int PQ_CODE = 16;

  private static final int HLG_CODE = 18;

  /// Paper white in nits (ITU-R BT.2408); white in a thumbnail.
  private static final int REFERENCE_WHITE = 203;

  private final String transfer;

  DynamicRange(String transfer) {
    this.transfer = transfer;
  }

  /// That of a transfer function by its code point.
  static DynamicRange ofCode(int transfer) {
    return switch (transfer) {
      case PQ_CODE -> PQ;
      case HLG_CODE -> HLG;
      default -> STANDARD;
    };
  }

  /// That of a transfer function by ffmpeg's name; null when the file names none.
  static DynamicRange ofName(@Nullable String transfer) {
    String name = transfer == null ? "" : transfer.toLowerCase(Locale.ROOT);
    for (DynamicRange range : values()) {
      if (range != STANDARD && range.transfer.equals(name)) {
        return range;
      }
    }
    return STANDARD;
  }

  /// The ffmpeg filters that bring a frame into the standard range and the colours of BT.709, to be
  /// followed by others; empty when it is there already. Up to the reference white it stays as it
  /// is, what is brighter is compressed.
  String filters() {
    if (this == STANDARD) {
      return "";
    }
    return "zscale=tin=%s:t=linear:npl=%d,format=gbrpf32le,zscale=p=bt709,"
            .formatted(transfer, REFERENCE_WHITE)
        + "tonemap=mobius:param=0.8:desat=0,"
        + "zscale=t=bt709:m=170m:r=full,format=yuv444p,";
  }
}
