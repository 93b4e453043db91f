package parley.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.db.Database;
import parley.testing.TestCommand;
import parley.testing.TestPostgres;

/// Commands on a database that somebody else runs.
@Tag("slow")
final class OutsidePartsTest {
  @TempDir Path folder;

  private final Properties database = TestPostgres.newDatabase();

  @Test
  void areNamedByABackupWithTheCommandThatSavesThem() throws Exception {
    Map<String, String> settings = new HashMap<>(TestPostgres.settings(database));
    settings.put("storage.kind", "s3");
    settings.put("storage.bucket", "files");
    Path backup = folder.resolve("backup");

    TestCommand taken =
        TestCommand.run(settings, "backup", "" + backup, "--data-dir", "" + folder.resolve("data"));

    assertThat(taken.status()).as(taken.err()).isZero();
    String address = database.getProperty("url").substring("jdbc:".length());
    assertThat(taken.err())
        .contains(
            "pg_dump --format=custom --file=parley.dump --username="
                + database.getProperty("user")
                + " --dbname="
                + address
                + "\n")
        .contains("Copy the bucket files");
    TestCommand restored =
        TestCommand.run("restore", "" + backup, "--data-dir", "" + folder.resolve("restored"));
    assertThat(restored.status()).as(restored.err()).isZero();
    assertThat(restored.out())
        .contains("restore your dump of it", "restore your copy of the bucket");
  }

  @Test
  void areRefusedWhenANewerVersionHasMigratedTheDatabase() throws Exception {
    try (Database opened = Database.open(database, 1)) {
      opened.useTransaction(transaction ->
          transaction.execute(
              """
              insert into flyway_schema_history
                (installed_rank, version, description, type, script, installed_by, execution_time, success)
              values (999, '999', 'of tomorrow', 'SQL', 'V999__of_tomorrow.sql', 'test', 1, true)
              """));
    }
    Path data = folder.resolve("data");
    Map<String, String> settings = TestPostgres.settings(database);
    String refusal = "parley: the database has the schema 999 of a newer Parley";

    TestCommand served = TestCommand.run(settings, "serve", "--port=0", "--data-dir", "" + data);
    assertThat(served.status()).isEqualTo(1);
    assertThat(served.err().lines().toList().getLast()).startsWith(refusal);
    assertThat(served.err()).as("a trace").doesNotContain("\tat ");
    assertThat(
            TestCommand.run(
                    settings, "backup", "" + folder.resolve("backup"), "--data-dir", "" + data)
                .refusal())
        .startsWith(refusal);
  }
}
