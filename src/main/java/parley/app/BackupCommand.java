package parley.app;

import ch.qos.logback.classic.Level;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Callable;
import parley.backup.Backup;
import parley.backup.Manifest;
import parley.config.Config;
import parley.config.Config.LogFormat;
import parley.config.StorageConfig;
import parley.db.Database;
import parley.db.embedded.EmbeddedPostgres;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// Backs up an installation.
@Command(
    name = "backup",
    mixinStandardHelpOptions = true,
    description =
        "Writes everything that the server keeps into a new folder, while it runs or not. A"
            + " database or bucket of your own is left to your own tools; the command says what to"
            + " run.")
final class BackupCommand implements Callable<Integer> {
  @CommandLine.Spec CommandLine.Model.CommandSpec spec;
  @Mixin ConfigOptions options;

  @Parameters(
      paramLabel = "FOLDER",
      description = "The folder to write, which appears when the backup is complete.")
  Path folder;

  @Override
  public Integer call() throws IOException {
    Config config = options.read();
    Logging.configure(LogFormat.TEXT, Level.WARN);
    boolean embedded = config.database().url().isEmpty();
    boolean local = config.storage().kind() == StorageConfig.Kind.LOCAL;
    Path dataDirectory = config.server().dataDir();
    if (embedded && !EmbeddedPostgres.existsIn(dataDirectory)) {
      throw new IOException(
          "there is no database in " + dataDirectory.toAbsolutePath().normalize());
    }
    try (CloseStack opened = new CloseStack()) {
      Database database = OpenDatabase.besideUnmigrated(config, opened);
      Manifest written =
          new Backup(
                  database,
                  embedded,
                  local ? Optional.of(dataDirectory.resolve("blobs")) : Optional.empty(),
                  Main.VERSION,
                  Clock.systemUTC())
              .write(folder);
      report(written, spec.commandLine().getOut());
    }
    OutsideParts.describe(config, spec.commandLine().getErr());
    return 0;
  }

  private void report(Manifest written, PrintWriter out) {
    out.printf("Backed up to %s, as of %s:%n", folder, written.takenAt());
    if (written.database() != null) {
      out.printf(
          "  the database: %d rows, schema %s%n",
          written.database().rows(), written.database().schema());
    }
    if (written.contents() != null) {
      out.printf("  %d files, %d bytes%n", written.contents().count(), written.contents().bytes());
      if (written.contents().missing() > 0) {
        out.printf(
            "  %d files that the database refers to are not in the store, or not whole%n",
            written.contents().missing());
      }
    }
    out.flush();
  }
}
