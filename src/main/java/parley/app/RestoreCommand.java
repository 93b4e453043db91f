package parley.app;

import ch.qos.logback.classic.Level;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import parley.backup.Manifest;
import parley.backup.Restore;
import parley.backup.VerifiedBackup;
import parley.config.Config;
import parley.config.Config.LogFormat;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Restores a backup.
@Command(
    name = "restore",
    mixinStandardHelpOptions = true,
    description =
        "Checks every file of a backup, then restores it into an empty data directory. The backup"
            + " may be of an older version.")
final class RestoreCommand implements Callable<Integer> {
  @CommandLine.Spec CommandLine.Model.CommandSpec spec;
  @Mixin ConfigOptions options;

  @Option(names = "--check", description = "Only checks the backup and writes nothing.")
  boolean check;

  @Parameters(paramLabel = "FOLDER", description = "What 'parley backup' wrote.")
  Path folder;

  @Override
  public Integer call() throws IOException {
    Config config = options.read();
    Logging.configure(LogFormat.TEXT, Level.WARN);
    VerifiedBackup backup = VerifiedBackup.open(folder);
    Manifest manifest = backup.manifest();
    PrintWriter out = spec.commandLine().getOut();
    if (check) {
      out.println("The backup is complete and undamaged, as of " + manifest.takenAt() + ".");
      out.flush();
      return 0;
    }
    new Restore(backup).into(config.server().dataDir(), new ConfiguredDatabase(config));
    out.println("Restored the state of " + manifest.takenAt() + ".");
    if (manifest.database() == null) {
      out.println("The backup has no database: restore your dump of it before you start.");
    }
    if (manifest.contents() == null) {
      out.println("The backup has no files: restore your copy of the bucket before you start.");
    }
    out.println("What was erased since then is back: see \"Erasures\" in docs/operations.md.");
    out.flush();
    return 0;
  }

  /// The outside database, or the embedded one, which the restore makes.
  private record ConfiguredDatabase(Config config) implements Restore.Target {
    @Override
    public void check(Restore.Step check) throws IOException {
      if (config.database().url().isPresent()) {
        load(config.server().dataDir(), check);
      }
    }

    @Override
    public void load(Path dataDirectory, Restore.Step loading) throws IOException {
      try (CloseStack opened = new CloseStack()) {
        loading.with(OpenDatabase.unmigrated(config, dataDirectory, opened));
      }
    }
  }
}
