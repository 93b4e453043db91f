package parley.app;

import java.io.PrintWriter;
import parley.auth.ApiKeys;
import parley.paging.Page;
import parley.tenants.Tenant;
import parley.tenants.Tenants;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `parley admin tenant …`.
@Command(
    name = "tenant",
    mixinStandardHelpOptions = true,
    description = "Makes and lists tenants.",
    subcommands = {TenantCommand.Create.class, TenantCommand.List.class})
final class TenantCommand extends CommandGroup {
  @Command(
      name = "create",
      mixinStandardHelpOptions = true,
      description = "Makes a tenant and prints its id.")
  static final class Create extends AdminWork {
    @Parameters(paramLabel = "NAME", description = "The tenant's name.")
    String name;

    @Override
    boolean begins() {
      return true;
    }

    @Override
    void work(Tenants tenants, ApiKeys keys, PrintWriter out) {
      out.println(tenants.create(name, Tenants.Limits.NONE).id());
    }
  }

  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "Lists all tenants: id and name.")
  static final class List extends AdminWork {
    @Override
    void work(Tenants tenants, ApiKeys keys, PrintWriter out) {
      for (Tenant tenant : Page.all(tenants::list)) {
        out.println(tenant.id() + "\t" + tenant.name());
      }
    }
  }
}
