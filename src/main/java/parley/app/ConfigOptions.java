package parley.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import parley.config.Config;
import parley.config.ConfigReader;
import parley.config.ConfigReader.Flag;
import picocli.CommandLine.Option;

/// The options by which every command finds its configuration.
final class ConfigOptions {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "A configuration file; 'parley config' prints one.")
  @Nullable Path file;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "The folder for everything the server keeps (default: ./data).")
  @Nullable String dataDir;

  @Option(
      names = "--database-url",
      paramLabel = "URL",
      description = "A PostgreSQL server to use instead of the embedded one, as a JDBC URL.")
  @Nullable String databaseUrl;

  /// Reads the configuration; `more` are further options that set keys.
  Config read(Flag... more) {
    List<Flag> flags = new ArrayList<>(List.of(more));
    if (dataDir != null) {
      flags.add(new Flag("--data-dir", "server.data_dir", dataDir));
    }
    if (databaseUrl != null) {
      flags.add(new Flag("--database-url", "database.url", databaseUrl));
    }
    return ConfigReader.read(Optional.ofNullable(file), System.getenv(), flags, ConfigRules.ALL);
  }
}
