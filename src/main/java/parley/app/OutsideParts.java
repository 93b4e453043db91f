package parley.app;

import java.io.PrintWriter;
import java.net.URI;
import parley.config.Config;
import parley.config.JdbcUrl;
import parley.config.StorageConfig;

/// What a backup leaves to the operator's own tools: a database and a bucket that others run.
final class OutsideParts {
  private OutsideParts() {}

  /// Prints which commands back them up; nothing if there are none.
  static void describe(Config config, PrintWriter err) {
    config
        .database()
        .url()
        .ifPresent(url ->
            err.println(
                "parley: the database is not in this backup. Right before the next one, run:\n"
                    + "  pg_dump --format=custom --file=parley.dump "
                    + connection(url, config.database().user())));
    if (config.storage().kind() == StorageConfig.Kind.S3) {
      err.println(
          "parley: the files are not in this backup. Copy the bucket %s, prefix \"%s\", at %s after it, without deleting from the copy"
              .formatted(
                  config.storage().bucket(),
                  config.storage().prefix(),
                  config.storage().endpoint().map(URI::toString).orElse("AWS")));
    }
    err.flush();
  }

  /// libpq's form of the URL, without the JDBC driver's parameters.
  private static String connection(JdbcUrl url, String user) {
    String address = url.value().substring("jdbc:".length()).replaceFirst("\\?.*", "");
    return (user.isEmpty() ? "" : "--username=" + user + " ") + "--dbname=" + address;
  }
}
