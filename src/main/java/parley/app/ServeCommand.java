package parley.app;

import ch.qos.logback.classic.Level;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import parley.auth.ApiKeySecret;
import parley.auth.Permission;
import parley.config.Config;
import parley.config.ConfigReader.Flag;
import parley.config.Roles.Role;
import parley.paging.Cursor;
import parley.paging.PageRequest;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.tenants.Tenants;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Runs the server until it is told to stop.
@Command(
    name = "serve",
    mixinStandardHelpOptions = true,
    description = "Runs the server. The first start makes a tenant and a key and prints the key.")
final class ServeCommand implements Callable<Integer> {
  private static final String FIRST_TENANT = "default";
  private static final String FIRST_USER = "admin";

  /// PostgreSQL keeps microseconds; a clock that ticks so writes and reads the same times.
  private static final Clock CLOCK = Clock.tick(Clock.systemUTC(), Duration.ofNanos(1_000));

  @CommandLine.Spec CommandLine.Model.CommandSpec spec;
  @Mixin ConfigOptions options;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "The port to listen on (default: 8080); 0 picks a free one.")
  @Nullable String port;

  @Option(
      names = "--bind",
      paramLabel = "ADDRESS",
      description = "The address to listen on (default: 127.0.0.1).")
  @Nullable String bind;

  @Option(
      names = "--roles",
      paramLabel = "ROLES",
      description =
          "What this node is there for, of api, worker and speech, with commas between (default: all).")
  @Nullable String roles;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Config config = options.read(flags());
    Logging.configure(config.server().logFormat(), Level.INFO);
    Server server = Server.start(config, Main.home(), CLOCK);
    Thread stop =
        new Thread(
            () -> {
              server.close();
              ProcessEnd.silently();
            },
            "stop");
    Runtime.getRuntime().addShutdownHook(stop);
    try {
      announce(config, server);
      server.awaitModels();
    } catch (IOException | RuntimeException failed) {
      if (withdrawn(stop)) {
        server.close();
        throw failed;
      }
    }
    // Forever: the process ends once the hook has run.
    Thread.currentThread().join();
    return 0;
  }

  private void announce(Config config, Server server) {
    PrintWriter out = spec.commandLine().getOut();
    out.println("Parley is listening on " + url(config, server));
    if (config.server().roles().has(Role.API)) {
      new Banner(
              url(config, server),
              config.scanner().addresses(),
              Main.home().resolve("examples/jfk.flac"))
          .print(out, firstKey(server));
    } else {
      out.println("It only tells how it is: \"api\" is not among its roles.");
    }
    out.flush();
  }

  /// Takes a shutdown hook back; false if it is running, because the process was told to stop.
  private static boolean withdrawn(Thread hook) {
    try {
      return Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException stopping) {
      return false;
    }
  }

  private Flag[] flags() {
    List<Flag> flags = new ArrayList<>();
    if (port != null) {
      flags.add(new Flag("--port", "server.port", port));
    }
    if (bind != null) {
      flags.add(new Flag("--bind", "server.bind", bind));
    }
    if (roles != null) {
      flags.add(new Flag("--roles", "server.roles", roles));
    }
    return flags.toArray(Flag[]::new);
  }

  private static String url(Config config, Server server) {
    String bind = config.server().bind();
    String host = bind.contains(":") ? "[" + bind + "]" : bind;
    return "http://" + host + ":" + server.port();
  }

  /// The key of a new installation, made when there is no tenant yet.
  private static Optional<ApiKeySecret> firstKey(Server server) {
    if (!server.tenants().list(new PageRequest(Cursor.START, 1)).items().isEmpty()) {
      return Optional.empty();
    }
    try {
      // Together, so that no crash leaves a tenant whose key nobody was told.
      return Optional.of(
          server
              .tenants()
              .create(
                  FIRST_TENANT,
                  Tenants.Limits.NONE,
                  (transaction, tenant) ->
                      server
                          .keys()
                          .create(
                              transaction,
                              tenant.id(),
                              FIRST_USER,
                              "first key",
                              Permission.allOfATenant(),
                              null)
                          .secret()));
    } catch (Problem another) {
      if (another.code() == ProblemCode.TENANT_EXISTS) {
        // Another node began at the same moment, and prints the key.
        return Optional.empty();
      }
      throw another;
    }
  }

  /// What a start tells the person who started it.
  private record Banner(String url, String scanners, Path recording) {
    void print(PrintWriter out, Optional<ApiKeySecret> key) {
      out.println(
          scanners.isBlank()
              ? "No virus scanner is configured: uploads are marked scan_status \"skipped\"."
              : "Uploads are scanned for viruses by clamd at " + scanners + ".");
      if (key.isEmpty()) {
        out.println(
            "Make a key: ./parley admin key create --tenant default --user NAME"
                + " --permissions admin");
        return;
      }
      String secret = key.get().text();
      out.println("key: " + secret);
      out.println();
      out.println("The key is shown this once. Try:");
      String form = "-F 'file=@" + recording + "' ";
      out.println(curl(secret, form + url + "/v1/modules/scaiecho/transcribe"));
      out.println(curl(secret, form + url + "/v1/media/upload"));
      out.println(curl(secret, url + "/v1/jobs"));
    }

    private static String curl(String secret, String rest) {
      return "  curl -s -H 'Authorization: Bearer " + secret + "' " + rest;
    }
  }
}
