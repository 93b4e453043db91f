package parley.backup;

import java.time.Instant;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import parley.db.dump.DatabaseDump;

/// What a backup contains; the file `manifest.json` in its folder, which is written last.
///
/// @param format of the folder; other formats are refused
/// @param parley the version of the program that wrote it
/// @param takenAt the moment whose state the backup has
/// @param database null if the database is backed up by other means
/// @param contents null if the files are backed up by other means
/// @param sums the SHA-256 of every other file but the contents, by its path in the folder
public record Manifest(
    int format,
    String parley,
    Instant takenAt,
    @Nullable DatabaseDump database,
    @Nullable Contents contents,
    SortedMap<String, String> sums) {
  static final int FORMAT = 1;
  static final String NAME = "manifest.json";

  /// The SHA-256 of the manifest itself.
  static final String SUM = "manifest.json.sha256";

  static final String DATABASE = "database/";
  static final String BLOBS = "blobs/";

  /// Lists the SHA-256 of every blob, as `sha256sum` does.
  static final String CONTENTS = "contents.sha256";

  /// The contents of the store.
  ///
  /// @param missing how many the database refers to that were not in the store, or not whole
  public record Contents(long count, long bytes, long missing) {}
}
