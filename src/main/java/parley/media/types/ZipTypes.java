package parley.media.types;

import org.jspecify.annotations.Nullable;
import parley.media.bytes.Head;

/// Document formats that are ZIP archives or OLE compound files.
final class ZipTypes {
  private static final String ENTRY = "PK\u0003\u0004";
  private static final String WORD =
      "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
  private static final String SHEET =
      "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
  private static final String SLIDES =
      "application/vnd.openxmlformats-officedocument.presentationml.presentation";

  private ZipTypes() {}

  /// Detects the type by the entry names in the head.
  static String type(Head head, @Nullable String extension) {
    boolean office = false;
    String first = entryName(head, 0);
    if (first.equals("mimetype")) {
      return declared(head);
    }
    for (int at = 0; at >= 0; at = head.find(ENTRY, at + 4, head.length())) {
      String name = entryName(head, at);
      if (name.startsWith("word/")) {
        return WORD;
      } else if (name.startsWith("xl/")) {
        return SHEET;
      } else if (name.startsWith("ppt/")) {
        return SLIDES;
      } else if (name.equals("META-INF/MANIFEST.MF")) {
        return "application/java-archive";
      } else if (name.equals("AndroidManifest.xml")) {
        return "application/vnd.android.package-archive";
      }
      office |= name.equals("[Content_Types].xml");
    }
    return office && extension != null ? officeByName(extension) : "application/zip";
  }

  private static String entryName(Head head, int at) {
    return head.latin1(at + 30, head.little16(at + 26));
  }

  /// OpenDocument and EPUB declare their type in an uncompressed first entry.
  private static String declared(Head head) {
    String type = head.latin1(30 + 8 + head.little16(28), Math.min(head.little32(18), 100));
    boolean known =
        type.matches("application/vnd\\.oasis\\.opendocument\\.[a-z-]+")
            || type.equals("application/epub+zip");
    return known ? type : "application/zip";
  }

  private static String officeByName(String extension) {
    return switch (extension) {
      case "docx" -> WORD;
      case "xlsx" -> SHEET;
      case "pptx" -> SLIDES;
      default -> "application/zip";
    };
  }

  /// Old office files share a container that does not declare its content.
  static String compoundDocument(@Nullable String extension) {
    return switch (extension == null ? "" : extension) {
      case "doc" -> "application/msword";
      case "xls" -> "application/vnd.ms-excel";
      case "ppt" -> "application/vnd.ms-powerpoint";
      case "msg" -> "application/vnd.ms-outlook";
      case "msi" -> "application/x-msi";
      default -> "application/x-ole-storage";
    };
  }
}
