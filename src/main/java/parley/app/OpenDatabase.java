package parley.app;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Properties;
import org.jdbi.v3.core.Handle;
import parley.config.Config;
import parley.config.JdbcUrl;
import parley.db.Database;
import parley.db.embedded.EmbeddedPostgres;
import parley.storage.DataDirectory;
import parley.storage.DataDirectoryInUse;

/// Opens the database that a configuration names and brings its schema up to date.
final class OpenDatabase {
  /// The oldest major version whose SQL suffices.
  private static final int OLDEST = 15;

  private static final int COMMAND_CONNECTIONS = 2;

  private OpenDatabase() {}

  /// Opens the outside database, or starts the embedded one on a data directory that the caller
  /// holds. What was opened goes to `opened`, also when this fails half way.
  static Database start(Config config, Path dataDirectory, CloseStack opened) throws IOException {
    return migrated(open(config, dataDirectory, config.database().poolSize(), opened));
  }

  private static Database open(
      Config config, Path dataDirectory, int connections, CloseStack opened) throws IOException {
    if (config.database().url().isPresent()) {
      return opened.add(Database.open(outside(config, config.database().url().get()), connections));
    }
    EmbeddedPostgres embedded = opened.add(EmbeddedPostgres.start(dataDirectory));
    return opened.add(Database.open(embedded.properties(), connections, embedded::isRunning));
  }

  /// What PostgreSQL it is: the outside one, or the embedded one, started for this on a data
  /// directory that the caller holds. Its schema is left as it is.
  ///
  /// @throws IOException when it does not answer or is too old
  static String version(Config config, Path dataDirectory, CloseStack opened) throws IOException {
    return version(open(config, dataDirectory, 1, opened));
  }

  /// As above, of the one that a running server has embedded.
  static String versionOfRunning(Path dataDirectory, CloseStack opened) throws IOException {
    return version(
        opened.add(Database.open(EmbeddedPostgres.connectionProperties(dataDirectory), 1)));
  }

  private static String version(Database database) throws IOException {
    String number =
        database.inTransaction(transaction ->
            transaction.createQuery("show server_version_num").mapTo(String.class).one());
    if (Integer.parseInt(number) < OLDEST * 10_000) {
      throw new IOException("PostgreSQL " + OLDEST + " or newer is needed, this is " + number);
    }
    return "PostgreSQL "
        + database.inTransaction(transaction ->
            transaction.createQuery("show server_version").mapTo(String.class).one());
  }

  /// Opens the database beside a server that may be running on the data directory: a command's way
  /// in.
  static Database beside(Config config, CloseStack opened) throws IOException {
    return migrated(besideUnmigrated(config, opened));
  }

  /// As above, leaving the schema as it is: the server may be of an older version.
  static Database besideUnmigrated(Config config, CloseStack opened) throws IOException {
    Path dataDirectory = config.server().dataDir();
    if (config.database().url().isPresent()) {
      return unmigrated(config, dataDirectory, opened);
    }
    try {
      return unmigrated(config, opened.add(DataDirectory.hold(dataDirectory)).path(), opened);
    } catch (DataDirectoryInUse serverRuns) {
      return opened.add(
          Database.open(
              EmbeddedPostgres.connectionProperties(dataDirectory.toRealPath()),
              COMMAND_CONNECTIONS));
    }
  }

  /// Opens the outside database, or starts the embedded one, for a command, and leaves its schema
  /// as it is.
  static Database unmigrated(Config config, Path dataDirectory, CloseStack opened)
      throws IOException {
    return open(config, dataDirectory, COMMAND_CONNECTIONS, opened);
  }

  /// Answers "ok" when the database does; throws otherwise.
  static String answers(Handle transaction) {
    return transaction.createQuery("select 'ok'").mapTo(String.class).one();
  }

  private static Database migrated(Database database) throws IOException {
    database.migrate();
    return database;
  }

  private static Properties outside(Config config, JdbcUrl url) {
    Properties driver = new Properties();
    driver.setProperty("url", url.value());
    if (!config.database().user().isEmpty()) {
      driver.setProperty("user", config.database().user());
      driver.setProperty("password", config.database().password().value());
    }
    return driver;
  }
}
