package parley.backup;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import parley.db.Migrations;
import parley.json.Json;
import tools.jackson.core.JacksonException;

/// A backup that is complete and undamaged, and that this program can restore.
public final class VerifiedBackup {
  private static final int SUM_LENGTH = 64;
  private static final String SUM_SEPARATOR = "  ";

  private final Path folder;
  private final Manifest manifest;

  private VerifiedBackup(Path folder, Manifest manifest) {
    this.folder = folder;
    this.manifest = manifest;
  }

  /// Reads every file of the backup and compares it with its sum.
  ///
  /// @throws IOException with a message for the operator if a file is missing or damaged, or if a
  ///   newer program wrote the backup
  public static VerifiedBackup open(Path folder) throws IOException {
    VerifiedBackup backup = new VerifiedBackup(folder, manifest(folder));
    for (Map.Entry<String, String> file : backup.manifest.sums().entrySet()) {
      backup.verify(file.getKey(), file.getValue());
    }
    backup.forEachContent(backup::verify);
    return backup;
  }

  private static Manifest manifest(Path folder) throws IOException {
    Path file = folder.resolve(Manifest.NAME);
    if (!Files.exists(file)) {
      throw new IOException(folder + " is not a complete backup: it has no " + Manifest.NAME);
    }
    String expected = Files.readString(existing(folder, Manifest.SUM));
    if (!expected.equals(Sums.of(file) + SUM_SEPARATOR + Manifest.NAME + "\n")) {
      throw damaged(folder, Manifest.NAME);
    }
    Manifest manifest;
    try {
      manifest = Json.read(Files.readString(file), Manifest.class);
    } catch (JacksonException unreadable) {
      throw new IOException(folder + " was made by another version of Parley", unreadable);
    }
    if (manifest.format() != Manifest.FORMAT) {
      throw new IOException(
          "%s was made by Parley %s in another format".formatted(folder, manifest.parley()));
    }
    if (manifest.database() != null && Migrations.isNewer(manifest.database().schema())) {
      throw new IOException(
          "%s has the schema %s of Parley %s, and this one knows schemas up to %s: restore it with the newer one"
              .formatted(
                  folder, manifest.database().schema(), manifest.parley(), Migrations.newest()));
    }
    return manifest;
  }

  private interface ContentVisitor {
    void visit(String path, String sum) throws IOException;
  }

  private void forEachContent(ContentVisitor visitor) throws IOException {
    if (manifest.contents() == null) {
      return;
    }
    try (BufferedReader lines =
        Files.newBufferedReader(folder.resolve(Manifest.CONTENTS), StandardCharsets.US_ASCII)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        visitor.visit(
            line.substring(SUM_LENGTH + SUM_SEPARATOR.length()), line.substring(0, SUM_LENGTH));
      }
    }
  }

  private void verify(String path, String sum) throws IOException {
    if (!Sums.of(existing(folder, path)).equals(sum)) {
      throw damaged(folder, path);
    }
  }

  private static Path existing(Path folder, String path) throws IOException {
    Path file = folder.resolve(path);
    if (!Files.exists(file)) {
      throw new IOException("the backup " + folder + " is incomplete: it has no " + path);
    }
    return file;
  }

  private static IOException damaged(Path folder, String path) {
    return new IOException("the backup " + folder + " is damaged: " + path + " has changed");
  }

  /// What the backup contains.
  public Manifest manifest() {
    return manifest;
  }

  /// A file of the dump of the database.
  Path databaseFile(String name) {
    return folder.resolve(Manifest.DATABASE).resolve(name);
  }

  /// Links or copies the files of the store.
  ///
  /// @param store the folder of the new store, which is created if there is anything to store
  void copyContents(Path store) throws IOException {
    forEachContent((path, sum) -> {
      Path copy = store.resolve(path.substring(Manifest.BLOBS.length()));
      Files.createDirectories(copy.resolveSibling(""));
      BlobCopies.linkOrCopy(folder.resolve(path), copy);
    });
  }
}
