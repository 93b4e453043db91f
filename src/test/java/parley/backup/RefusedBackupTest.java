package parley.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.db.Database;
import parley.testing.TestCommand;
import parley.testing.TestPostgres;
import parley.testing.TestServer;

/// Backups that are not restored, and folders that nothing is restored into.
final class RefusedBackupTest {
  private static final Path KEPT = Path.of("src/test/resources/backups/055");

  @TempDir Path folder;
  private Path backup;

  @BeforeEach
  void copy() throws IOException {
    backup = folder.resolve("backup");
    for (Path file : files(KEPT)) {
      Path copy = backup.resolve(KEPT.relativize(file));
      Files.createDirectories(copy.getParent());
      Files.copy(file, copy);
    }
    VerifiedBackup.open(backup);
  }

  @Test
  void namesTheFileThatIsMissingOrChanged() throws Exception {
    for (Path file : files(backup)) {
      String name = backup.relativize(file).toString();
      byte[] content = Files.readAllBytes(file);

      Files.delete(file);
      assertThatThrownBy(() -> VerifiedBackup.open(backup))
          .as("without " + name)
          .isInstanceOf(IOException.class)
          .hasMessageContainingAll("complete", name);

      byte[] changed = content.clone();
      changed[changed.length / 2] ^= 1;
      Files.write(file, changed);
      assertThatThrownBy(() -> VerifiedBackup.open(backup))
          .as("with another " + name)
          .isInstanceOf(IOException.class)
          .hasMessageMatching(".*is damaged: \\S+ has changed");

      Files.write(file, content);
    }
    VerifiedBackup.open(backup);
  }

  @Test
  void isNotWrittenWithoutTheDiskOfTheFiles() throws Exception {
    Path mountPoint = Files.createDirectory(folder.resolve("blobs"));
    try (Database database = TestServer.shared().openDatabase()) {
      Backup written = new Backup(database, false, Optional.of(mountPoint), "1", Clock.systemUTC());

      assertThatThrownBy(() -> written.write(folder.resolve("new")))
          .isInstanceOf(IOException.class)
          .hasMessageContainingAll("store-id", mountPoint.toString());
    }
    assertThat(folder.resolve("new")).doesNotExist();
  }

  @Test
  void namesTheSchemaOfANewerVersion() throws Exception {
    Path manifest = backup.resolve("manifest.json");
    Files.writeString(
        manifest, Files.readString(manifest).replace("\"schema\":\"055\"", "\"schema\":\"999\""));
    Files.writeString(
        backup.resolve("manifest.json.sha256"), Sums.of(manifest) + "  manifest.json\n");

    assertThatThrownBy(() -> VerifiedBackup.open(backup))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll("schema 999", "restore it with the newer one");
  }

  @Test
  @Tag("slow")
  void leavesTheDataDirectoryAloneUnlessItIsEmptyAndTheBackupWhole() throws Exception {
    Path data = folder.resolve("data");
    Files.writeString(backup.resolve("contents.sha256"), "\n", StandardOpenOption.APPEND);
    assertThat(restore(data)).contains("is damaged: contents.sha256 has changed");
    assertThat(data).doesNotExist();

    Files.createDirectory(data);
    Files.writeString(data.resolve("mine"), "");
    Files.copy(
        KEPT.resolve("contents.sha256"),
        backup.resolve("contents.sha256"),
        StandardCopyOption.REPLACE_EXISTING);
    assertThat(restore(data)).contains("the data directory " + data + " is not empty");
    assertThat(files(data)).containsExactly(data.resolve("mine"));
  }

  @Test
  @Tag("slow")
  void leavesADatabaseAloneUnlessItIsEmptyAndItsUserMayRestore() throws Exception {
    Properties migrated = TestPostgres.newDatabase();
    assertThat(restoreInto(migrated)).contains("the database is not empty: it has ");

    try (Connection connection = TestPostgres.connect(migrated);
        Statement statement = connection.createStatement()) {
      statement.execute("drop schema public cascade; create schema public");
      statement.execute("grant all on schema public to public");
      statement.execute("create role guest login password 'guest'");
      Properties asGuest = new Properties();
      asGuest.putAll(migrated);
      asGuest.setProperty("user", "guest");
      asGuest.setProperty("password", "guest");
      assertThat(restoreInto(asGuest)).contains("may not set session_replication_role");
      statement.execute("drop schema public; drop role guest");
    }

    Properties away = new Properties();
    away.putAll(migrated);
    away.setProperty("url", migrated.getProperty("url") + "_no_more");
    assertThat(restoreInto(away)).contains("cannot connect to the database");
  }

  /// Restores into an outside database, and returns why that was refused.
  private String restoreInto(Properties database) throws Exception {
    Path data = folder.resolve("data");
    String refusal =
        TestCommand.run(
                TestPostgres.settings(database), "restore", "" + backup, "--data-dir", "" + data)
            .refusal();
    assertThat(data).doesNotExist();
    return refusal;
  }

  @Test
  @Tag("slow")
  void isNotTakenForAServersDataBeforeItIsRestoredCompletely() throws Exception {
    Path data = folder.resolve("data");
    Files.createDirectory(data);
    // As a killed restore leaves it.
    Files.createFile(data.resolve("restoring"));

    assertThat(TestCommand.run("serve", "--port", "0", "--data-dir", "" + data).refusal())
        .contains("a restore into the data directory " + data + " was interrupted");
  }

  private String restore(Path data) throws Exception {
    return TestCommand.run("restore", "" + backup, "--data-dir", "" + data).refusal();
  }

  private static List<Path> files(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }
}
