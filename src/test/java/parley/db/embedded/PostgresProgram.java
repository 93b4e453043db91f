package parley.db.embedded;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import parley.storage.DataDirectory;
import parley.testing.TestPostgres;

/// A program for tests: runs an embedded PostgreSQL in the given directory, inserts a row and waits
/// for the end of its input.
final class PostgresProgram {
  private PostgresProgram() {}

  public static void main(String[] arguments) throws IOException, SQLException {
    try (DataDirectory held = DataDirectory.hold(Path.of(arguments[0]));
        EmbeddedPostgres postgres = EmbeddedPostgres.start(held.path())) {
      try (Connection connection = TestPostgres.connect(postgres.properties());
          Statement statement = connection.createStatement()) {
        statement.execute("create table if not exists words (word text)");
        statement.execute("insert into words values ('kept')");
      }
      System.out.println("ready");
      while (System.in.read() >= 0) {
        // Only the end of the input matters.
      }
    }
    System.out.println("ended");
  }
}
