package parley.app;

import picocli.CommandLine.Command;

/// Tenants and keys from the command line, whether or not the server runs.
@Command(
    name = "admin",
    mixinStandardHelpOptions = true,
    description = "Makes, lists and revokes tenants and keys, also while the server runs.",
    subcommands = {TenantCommand.class, KeyCommand.class})
final class AdminCommand extends CommandGroup {}
