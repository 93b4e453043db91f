package parley.db;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.flywaydb.core.api.MigrationVersion;
import org.jdbi.v3.core.Handle;

/// The versions of the schema that this program knows: those of its migrations.
public final class Migrations {
  private static final String FOLDER = "db/migration";
  private static final Pattern FILE = Pattern.compile("(?:.*/)?V(\\d+)__[^/]*\\.sql");

  private Migrations() {}

  /// The version that [Database#migrate] brings the schema to, such as `055`.
  public static String newest() throws IOException {
    return files().stream()
        .map(FILE::matcher)
        .filter(Matcher::matches)
        .map(file -> file.group(1))
        .max((one, other) -> version(one).compareTo(version(other)))
        .orElseThrow();
  }

  /// Whether a schema of this version is beyond what this program knows.
  public static boolean isNewer(String version) throws IOException {
    return version(version).compareTo(version(newest())) > 0;
  }

  /// The version of the schema that the transaction sees; empty for an empty database.
  public static Optional<String> applied(Handle transaction) {
    boolean migrated =
        transaction
            .createQuery("select to_regclass('flyway_schema_history') is not null")
            .mapTo(boolean.class)
            .one();
    return migrated
        ? transaction
            .createQuery(
                """
                select version from flyway_schema_history where success and version is not null
                order by installed_rank desc limit 1
                """)
            .mapTo(String.class)
            .findOne()
        : Optional.empty();
  }

  /// Whether the transaction sees the schema of this program, brought there by the very files that
  /// it has: Flyway would find nothing to do and nothing to object to.
  static boolean areAllApplied(Handle transaction) {
    if (applied(transaction).isEmpty()) {
      return false;
    }
    List<String> history =
        transaction
            .createQuery(
                """
                select concat_ws(' ', version, checksum, success) from flyway_schema_history
                where version is not null order by version
                """)
            .mapTo(String.class)
            .list();
    try {
      return history.equals(
          files().stream()
              .map(FILE::matcher)
              .filter(Matcher::matches)
              .map(file -> file.group(1) + " " + checksum(file.group()) + " t")
              .sorted()
              .toList());
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /// As Flyway computes it: of the lines without their ends.
  private static int checksum(String file) {
    CRC32 sum = new CRC32();
    content(file).lines().forEach(line -> sum.update(line.getBytes(StandardCharsets.UTF_8)));
    return (int) sum.getValue();
  }

  private static String content(String file) {
    String name = file.substring(file.lastIndexOf('/') + 1);
    try (InputStream content = Migrations.class.getResourceAsStream("/" + FOLDER + "/" + name)) {
      return new String(Objects.requireNonNull(content).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static MigrationVersion version(String text) {
    return MigrationVersion.fromVersion(text);
  }

  private static List<String> files() throws IOException {
    URL folder = Objects.requireNonNull(Migrations.class.getResource("/" + FOLDER));
    if (folder.openConnection() instanceof JarURLConnection jar) {
      return jar.getJarFile().stream()
          .map(entry -> entry.getName())
          .filter(name -> name.startsWith(FOLDER + "/"))
          .toList();
    }
    try (Stream<Path> files = Files.list(Path.of(URI.create(folder.toString())))) {
      return files.map(Path::toString).toList();
    }
  }
}
