package parley.app;

import java.io.PrintWriter;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import parley.auth.ApiKey;
import parley.auth.ApiKeys;
import parley.auth.KeyId;
import parley.auth.Permission;
import parley.paging.Page;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.tenants.TenantId;
import parley.tenants.Tenants;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/// `parley admin key …`.
@Command(
    name = "key",
    mixinStandardHelpOptions = true,
    description = "Makes, lists and revokes keys.",
    subcommands = {KeyCommand.Create.class, KeyCommand.List.class, KeyCommand.Revoke.class})
final class KeyCommand extends CommandGroup {
  /// A moment on the command line.
  static final class Time implements ITypeConverter<Instant> {
    @Override
    public Instant convert(String text) {
      try {
        return Instant.parse(text);
      } catch (DateTimeParseException unfit) {
        throw new TypeConversionException(
            "must be a time such as 2030-01-31T00:00:00Z, not '" + text + "'");
      }
    }
  }

  /// A command on the keys of one tenant.
  abstract static class OfTenant extends AdminWork {
    @Option(
        names = "--tenant",
        required = true,
        paramLabel = "TENANT",
        description = "The tenant's name or id.")
    String tenant;

    abstract void work(TenantId tenant, ApiKeys keys, PrintWriter out);

    @Override
    final void work(Tenants tenants, ApiKeys keys, PrintWriter out) {
      work(tenants.named(tenant).id(), keys, out);
    }
  }

  @Command(
      name = "create",
      mixinStandardHelpOptions = true,
      description = "Makes a key and prints it, this once.")
  static final class Create extends OfTenant {
    @Option(
        names = "--user",
        required = true,
        paramLabel = "USER",
        description = "Whose key it is; the user is made on first mention.")
    String user;

    @Option(
        names = "--permissions",
        required = true,
        paramLabel = "A,B",
        description = "What it may do, separated by commas.")
    String permissions;

    @Option(names = "--name", paramLabel = "NAME", description = "A name to know the key by.")
    @Nullable String name;

    @Option(
        names = "--expires-at",
        paramLabel = "TIME",
        converter = Time.class,
        description = "When it stops working, as in 2030-01-31T00:00:00Z (default: never).")
    @Nullable Instant expiresAt;

    @Override
    void work(TenantId tenant, ApiKeys keys, PrintWriter out) {
      Set<Permission> granted = Permission.parseAll(permissions);
      out.println(
          keys.create(tenant, user, name == null ? "" : name, granted, expiresAt).secret().text());
    }
  }

  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "Lists a tenant's keys: id, user, name, permissions, last use, end.")
  static final class List extends OfTenant {
    @Override
    void work(TenantId tenant, ApiKeys keys, PrintWriter out) {
      for (ApiKeys.Listed listed : Page.all(page -> keys.list(tenant, page))) {
        ApiKey key = listed.key();
        String permissions =
            key.permissions().stream()
                .map(Permission::text)
                .sorted()
                .collect(Collectors.joining(","));
        out.println(
            String.join(
                "\t",
                key.id().toString(),
                listed.user(),
                key.name(),
                permissions,
                orNever(key.lastUsedAt()),
                orNever(key.expiresAt())));
      }
    }

    private static String orNever(@Nullable Instant time) {
      return time == null ? "never" : time.toString();
    }
  }

  @Command(
      name = "revoke",
      mixinStandardHelpOptions = true,
      description = "Revokes a key; its next request is refused.")
  static final class Revoke extends OfTenant {
    @Parameters(paramLabel = "KEY_ID", description = "The key's id, as 'list' prints it.")
    String id;

    @Override
    void work(TenantId tenant, ApiKeys keys, PrintWriter out) {
      try {
        keys.revoke(tenant, new KeyId(UUID.fromString(id)));
      } catch (IllegalArgumentException notAnId) {
        throw new Problem(ProblemCode.KEY_NOT_FOUND, "That is no key's id: " + id);
      }
    }
  }
}
