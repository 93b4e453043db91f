package parley.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import parley.db.Database;
import parley.db.embedded.Durability;
import parley.db.embedded.EmbeddedPostgres;

/// One real PostgreSQL for all tests of a run, with a database for each request. It starts on first
/// use and ends, with its files, when the JVM exits.
public final class TestPostgres {
  private static final String TEMPLATE = "migrated";

  private static @Nullable EmbeddedPostgres server;
  private static @Nullable Path folder;
  private static int databases;

  private TestPostgres() {}

  /// The JDBC driver's properties, including `url`, of a new, private database with the schema and
  /// no rows.
  public static synchronized Properties newDatabase() {
    EmbeddedPostgres running = server();
    databases++;
    String name = "test_" + databases;
    execute(
        running.properties(),
        "create database " + name + " template " + TEMPLATE + " strategy file_copy");
    return database(running, name);
  }

  /// Where it keeps its files: tables, log and all.
  public static synchronized Path folder() {
    return Objects.requireNonNull(folder, "no database was asked for yet");
  }

  private static EmbeddedPostgres server() {
    EmbeddedPostgres running = server;
    if (running == null) {
      running = start();
      server = running;
    }
    return running;
  }

  private static EmbeddedPostgres start() {
    try {
      Path files = Files.createTempDirectory("parley-test-postgres-").toRealPath();
      folder = files;
      EmbeddedPostgres started = EmbeddedPostgres.start(files, Durability.NONE);
      Runtime.getRuntime().addShutdownHook(new Thread(() -> end(started, files)));
      execute(started.properties(), "create database " + TEMPLATE);
      try (Database template = Database.open(database(started, TEMPLATE), 2)) {
        template.migrate();
      }
      return started;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static void end(EmbeddedPostgres started, Path files) {
    try {
      started.close();
      try (Stream<Path> paths = Files.walk(files)) {
        for (Path path : paths.sorted((one, other) -> other.compareTo(one)).toList()) {
          Files.delete(path);
        }
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static Properties database(EmbeddedPostgres running, String name) {
    Properties properties = running.properties();
    properties.setProperty("url", "jdbc:postgresql://localhost/" + name);
    return properties;
  }

  /// Opens a new connection with such properties; the caller closes it.
  public static Connection connect(Properties database) throws SQLException {
    Properties driver = new Properties();
    driver.putAll(database);
    return DriverManager.getConnection(String.valueOf(driver.remove("url")), driver);
  }

  /// The settings that make a server use a database with such properties.
  public static Map<String, String> settings(Properties database) {
    StringBuilder url = new StringBuilder(database.getProperty("url")).append('?');
    database.forEach((name, value) -> {
      if (!name.equals("url") && !name.equals("user") && !name.equals("password")) {
        url.append(name)
            .append('=')
            .append(URLEncoder.encode(value.toString(), StandardCharsets.UTF_8))
            .append('&');
      }
    });
    return Map.of(
        "database.url", url.toString(),
        "database.user", database.getProperty("user"),
        "database.password", database.getProperty("password"));
  }

  private static void execute(Properties database, String sql) {
    try (Connection connection = connect(database);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException failure) {
      throw new IllegalStateException(sql, failure);
    }
  }
}
