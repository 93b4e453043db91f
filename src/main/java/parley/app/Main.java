package parley.app;

import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import parley.config.Config;
import parley.config.ConfigException;
import parley.db.DatabaseFull;
import parley.db.DatabaseUnavailable;
import parley.db.embedded.PostgresException;
import parley.problem.Problem;
import parley.storage.DataDirectoryInUse;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IExecutionExceptionHandler;

/// The program's entry: one command line for everything.
@Command(
    name = "parley",
    description = "One self-hosted server for media files, calls and speech.",
    mixinStandardHelpOptions = true,
    version = "parley " + Main.VERSION,
    subcommands = {
      ServeCommand.class,
      AdminCommand.class,
      BackupCommand.class,
      RestoreCommand.class,
      DoctorCommand.class,
      ModelsCommand.class,
      Main.ConfigCommand.class
    },
    footer = {
      "",
      "Also: 'parley check' checks the source tree, 'parley check --fast' the quick half of it.",
    },
    synopsisSubcommandLabel = "COMMAND")
public final class Main implements Callable<Integer> {
  /// The program's version, that of the project in pom.xml.
  static final String VERSION = "0.1.0";

  /// Prints every key with its default; the output is a configuration file.
  @Command(
      name = "config",
      mixinStandardHelpOptions = true,
      description = "Prints a configuration file with all keys, their meaning and defaults.")
  static final class ConfigCommand implements Callable<Integer> {
    @CommandLine.Spec CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() {
      spec.commandLine().getOut().print(Config.documented());
      spec.commandLine().getOut().flush();
      return 0;
    }
  }

  @CommandLine.Spec CommandLine.Model.CommandSpec spec;

  private Main() {}

  public static void main(String[] arguments) {
    requireTwoCarriers();
    ProcessEnd.atOnce(run(arguments));
  }

  /// On a single carrier, a virtual thread that computes for long would keep all others waiting.
  private static void requireTwoCarriers() {
    if (Runtime.getRuntime().availableProcessors() == 1) {
      System.setProperty("jdk.virtualThreadScheduler.parallelism", "2");
    }
  }

  /// Runs one command and answers its exit status: 0 when it did what it was asked, 1 when it could
  /// not, 2 when the command line was wrong.
  static int run(String... arguments) {
    IExecutionExceptionHandler oneLine =
        (failure, command, parsed) -> {
          PrintWriter err = command.getErr();
          if (failure instanceof ConfigException
              || failure instanceof DataDirectoryInUse
              || failure instanceof PostgresException
              || failure instanceof DatabaseUnavailable
              || failure instanceof DatabaseFull
              || failure instanceof Problem
              || failure instanceof java.io.IOException) {
            err.println("parley: " + NativeLibraries.advised(message(failure)));
          } else {
            failure.printStackTrace(err);
          }
          err.flush();
          return 1;
        };
    return new CommandLine(new Main())
        .setExecutionExceptionHandler(oneLine)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .execute(arguments);
  }

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return 2;
  }

  /// The folder Parley is installed in; the launcher tells it.
  static Path home() {
    return Path.of(System.getProperty("parley.home", "")).toAbsolutePath();
  }

  private static String message(Throwable failure) {
    String message = failure.getMessage();
    return switch (failure) {
      // Their message is the path alone.
      case NoSuchFileException _ -> message + ": there is no such file or folder";
      case FileAlreadyExistsException _ -> message + ": a file of this name is in the way";
      case AccessDeniedException _ -> message + ": permission denied";
      default -> message == null ? failure.toString() : message;
    };
  }
}
