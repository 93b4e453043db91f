package parley.app;

import ch.qos.logback.classic.Level;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Callable;
import parley.auth.ApiKeys;
import parley.config.Config;
import parley.config.Config.LogFormat;
import parley.db.Database;
import parley.db.embedded.EmbeddedPostgres;
import parley.tenants.Tenants;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;

/// A command that works on the database.
abstract class AdminWork implements Callable<Integer> {
  @CommandLine.Spec CommandLine.Model.CommandSpec spec;
  @Mixin ConfigOptions options;

  /// Does the work; what it prints to `out` is the command's answer.
  abstract void work(Tenants tenants, ApiKeys keys, PrintWriter out);

  /// Says whether the work makes sense in a new installation.
  boolean begins() {
    return false;
  }

  /// A mistyped folder must not pass for an installation in which there is nothing.
  private void expectDatabase(Path dataDirectory) throws IOException {
    if (EmbeddedPostgres.existsIn(dataDirectory)) {
      return;
    }
    String missing = "there is no database in " + dataDirectory.toAbsolutePath().normalize();
    if (!begins()) {
      throw new IOException(missing + "; --data-dir names the folder of an installation");
    }
    spec.commandLine().getErr().println("parley: " + missing + ", so one is made");
    spec.commandLine().getErr().flush();
  }

  @Override
  public Integer call() throws IOException {
    Config config = options.read();
    Logging.configure(LogFormat.TEXT, Level.WARN);
    if (config.database().url().isEmpty()) {
      expectDatabase(config.server().dataDir());
    }
    try (CloseStack opened = new CloseStack()) {
      Database database = OpenDatabase.beside(config, opened);
      Clock clock = Clock.systemUTC();
      work(new Tenants(database, clock), new ApiKeys(database, clock), spec.commandLine().getOut());
      spec.commandLine().getOut().flush();
    }
    return 0;
  }
}
