package parley.app;

import java.util.concurrent.Callable;
import picocli.CommandLine;

/// A command that only has subcommands.
abstract class CommandGroup implements Callable<Integer> {
  @CommandLine.Spec CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return 2;
  }
}
