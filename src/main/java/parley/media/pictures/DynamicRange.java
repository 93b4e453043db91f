package parley.media.pictures;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The dynamic range of a picture, by its transfer function.
public enum DynamicRange {
  STANDARD(""),
  /// Perceptual quantization (SMPTE ST 2084), used by HDR10.
  PQ("smpte2084"),
  /// Hybrid log-gamma (ARIB STD-B67), used by phones.
  HLG("arib-std-b67");

  /// Code points of transfer functions in ITU-T H.273, table 3.
  private static final int PQ_CODE = 16;

  private static final int HLG_CODE = 18;

  /// Reference white in nits (ITU-R BT.2408), which becomes white in a thumbnail.
  private static final int REFERENCE_WHITE = 203;

  private final String transfer;

  DynamicRange(String transfer) {
    this.transfer = transfer;
  }

  /// The range of a transfer function by its code point.
  static DynamicRange ofCode(int transfer) {
    return switch (transfer) {
      case PQ_CODE -> PQ;
      case HLG_CODE -> HLG;
      default -> STANDARD;
    };
  }

  /// The range of a transfer function by ffmpeg's name; standard if the file has none.
  static DynamicRange ofName(@Nullable String transfer) {
    String name = transfer == null ? "" : transfer.toLowerCase(Locale.ROOT);
    for (DynamicRange range : values()) {
      if (range != STANDARD && range.transfer.equals(name)) {
        return range;
      }
    }
    return STANDARD;
  }

  /// The ffmpeg filters that convert a frame to the standard range and BT.709 colours, to be
  /// followed by others; empty if nothing has to be done. Leaves values up to the reference white
  /// unchanged and compresses brighter ones.
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
