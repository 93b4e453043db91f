package parley.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import parley.testing.TestPostgres;

/// When a start may leave out Flyway, on a schema that Flyway made.
@Tag("slow")
final class MigrationsTest {
  private Database database;

  @BeforeEach
  void open() throws IOException {
    database = Database.open(TestPostgres.newDatabase(), 2);
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void knowsTheSchemaThatFlywayMadeOfTheSameFiles() {
    assertThat((boolean) database.inTransaction(Migrations::areAllApplied)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "update flyway_schema_history set checksum = checksum + 1 where version = '003'",
        "update flyway_schema_history set success = false where version = '003'",
        "update flyway_schema_history set version = '003.1' where version = '003'",
      })
  void leavesItToFlywayToRefuseWhatOtherFilesMade(String change) {
    database.useTransaction(transaction -> transaction.execute(change));

    assertThat((boolean) database.inTransaction(Migrations::areAllApplied)).isFalse();
    assertThatThrownBy(database::migrate).hasMessageContaining("Validate failed");
  }

  @Test
  void leavesItToFlywayToMakeTheSchemaOfAnEmptyDatabase() throws IOException {
    database.useTransaction(
        transaction -> transaction.execute("drop schema public cascade; create schema public"));
    assertThat((boolean) database.inTransaction(Migrations::areAllApplied)).isFalse();

    database.migrate();

    assertThat((boolean) database.inTransaction(Migrations::areAllApplied)).isTrue();
  }
}
