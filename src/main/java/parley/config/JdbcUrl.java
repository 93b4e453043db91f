package parley.config;

import java.util.Locale;

/// The JDBC URL of a PostgreSQL server. It never contains a password, because URLs end up in logs
/// and process lists.
public record JdbcUrl(String value) {
  private static final String PREFIX = "jdbc:postgresql:";

  public JdbcUrl {
    if (!value.startsWith(PREFIX)) {
      throw new IllegalArgumentException(
          "must start with " + PREFIX + "//, as in " + PREFIX + "//db.example.org:5432/parley");
    }
    if (value.toLowerCase(Locale.ROOT).contains("password=")) {
      throw new IllegalArgumentException(
          "must not contain a password; set it with database.password or PARLEY_DATABASE_PASSWORD");
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
