package parley.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.speech.relay.FaultyPeer;
import parley.testing.RealServer;
import parley.testing.TestCommand;

@Tag("slow")
class CommandLineTest {
  @TempDir Path folder;

  @Test
  void makesListsAndRevokesKeysBesideARunningServer() throws Exception {
    Path data = folder.resolve("data");
    try (RealServer server = RealServer.start(data)) {
      TestCommand created =
          createKey(
              data,
              "default",
              "bob",
              "scaiecho:transcribe,media:read",
              "--expires-at",
              "2099-01-01T00:00:00Z");
      assertThat(created.out()).as("the key alone").matches("sgk_[A-Za-z0-9_-]{43}\n");
      String key = created.out().strip();
      assertThat(server.caller(key).get("/v1/jobs").status()).isEqualTo(200);

      String listed =
          run(data, "admin", "key", "list", "--tenant", "default")
              .out()
              .lines()
              .filter(line -> line.contains("media:read,scaiecho:transcribe"))
              .findFirst()
              .orElseThrow();
      assertThat(listed).contains("\tbob\t").endsWith("\t2099-01-01T00:00:00Z");
      assertThat(
              run(
                      data,
                      "admin",
                      "key",
                      "revoke",
                      "--tenant",
                      "default",
                      listed.substring(0, listed.indexOf("\t")))
                  .status())
          .isZero();
      assertThat(server.caller(key).get("/v1/jobs").status()).isEqualTo(401);

      TestCommand second = run(data, "serve", "--port", "0");
      assertThat(second.status()).isEqualTo(1);
      assertThat(second.err().lines())
          .singleElement()
          .asString()
          .contains("already in use by process");
    }
    assertThat(run(data, "admin", "tenant", "create", "acme").status())
        .as("without a server")
        .isZero();
    assertThat(run(data, "admin", "tenant", "list").out()).contains("\tacme\n", "\tdefault\n");
  }

  @Test
  void refusesWhatItDoesNotKnowInOneLineAndWithoutATrace() throws Exception {
    Path data = folder.resolve("data");

    assertThat(run(data, "admin", "key", "list", "--tenant", "nobody").refusal())
        .contains("there is no database in " + data);
    assertThat(data).as("a mistyped folder").doesNotExist();
    TestCommand begun = run(data, "admin", "tenant", "create", "acme");
    assertThat(begun.status()).isZero();
    assertThat(begun.err()).contains("there is no database in " + data + ", so one is made");
    assertThat(run(data, "admin", "key", "list", "--tenant", "nobody").refusal())
        .contains("There is no such tenant: nobody");
    TestCommand permission = createKey(data, "x", "y", "fly");
    assertThat(permission.status()).isEqualTo(1);
    TestCommand time = createKey(data, "x", "y", "rooms", "--expires-at", "tomorrow");
    assertThat(time.status()).isEqualTo(2);
    assertThat(time.err()).contains("must be a time such as", "not 'tomorrow'");
    TestCommand option = run(data, "serve", "--prt", "1");
    assertThat(option.status()).isEqualTo(2);
    assertThat(option.err()).contains("--prt");
  }

  @Test
  void refusesABadConfigurationWithAllItsFaults() throws Exception {
    Path file = folder.resolve("parley.toml");
    Files.writeString(
        file,
        """
        [server]
        prot = 1
        port = 99999
        [storage]
        kind = "s3"
        [scanner]
        addresses = "unix:/run/clamd, clamd"
        [calls]
        livekit_url = "http://127.0.0.1:7880"
        livekit_secret = "short"
        [relay]
        key = "a b"
        [oidc]
        permissions = "everything"
        console_client_id = "parley"
        console_scopes = "profile"
        """);

    TestCommand result = run(folder.resolve("data"), "serve", "--config", file.toString());

    assertThat(result.status()).isEqualTo(1);
    assertThat(result.err().lines())
        .hasSize(10)
        .anyMatch(line -> line.contains("server.prot"))
        .anyMatch(line -> line.contains("server.port must be 0 to 65535"))
        .anyMatch(line -> line.contains("storage.bucket must name"))
        .anyMatch(line -> line.contains(file + ": scanner.addresses must be unix:/path or"))
        .anyMatch(line -> line.contains("calls.livekit_key must be set"))
        .anyMatch(line -> line.contains(file + ": calls.livekit_secret must have at least 32"))
        .anyMatch(line -> line.contains(file + ": relay.key must hold ASCII"))
        .anyMatch(line -> line.contains(file + ": oidc.permissions cannot be read"))
        .anyMatch(line -> line.contains(file + ": oidc.console_client_id needs an oidc.issuer"))
        .anyMatch(line -> line.contains(file + ": oidc.console_scopes must contain openid"));
    assertThat(result.err()).as("a secret").doesNotContain("short");
  }

  @Test
  void tellsInOneLineWhatTheServerCannotUse() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThat(run(file, "serve", "--port", "0").refusal()).contains("file", "in the way");
    assertThat(run(file.resolve("below"), "serve", "--port", "0").refusal()).contains("file");

    Path data = folder.resolve("data");
    TestCommand started =
        TestCommand.run("serve", "--port", "0", "--config", withoutModels(data).toString());
    assertThat(started.status()).isEqualTo(1);
    assertThat(started.err().strip().lines().toList().getLast())
        .startsWith("parley: ")
        .contains("There is no model in /nowhere");
    assertThat(started.err()).as("a trace").doesNotContain("\tat ");

    String nowhere = "jdbc:postgresql://127.0.0.1:1/parley";
    assertThat(run(data, "admin", "tenant", "list", "--database-url", nowhere).refusal())
        .contains("cannot connect to the database", "refused");
  }

  @Test
  void writesNoCacheUnlessAServerRan() throws Exception {
    String data = folder.resolve("data").toString();
    Path cache = folder.resolve("start.aot");
    assertThat(TestCommand.runFirst(cache, "serve", "--port", "none", "--data-dir", data).refusal())
        .contains("--port");
    TestCommand help = TestCommand.runFirst(cache, "serve", "--help");
    assertThat(help.status()).isZero();
    assertThat(help.out()).contains("--data-dir").doesNotContain("AOT");
    assertThat(help.err()).isEmpty();
    assertThat(cache).as("what later starts would be slow with").doesNotExist();
  }

  @Test
  void tellsHowEachPartIsBesideAServerAndWithoutOne() throws Exception {
    Path data = folder.resolve("data");
    TestCommand before = run(data, "doctor");
    assertThat(before.status()).as(before.out()).isZero();
    assertThat(before.out())
        .containsPattern("decoder +ok +ffmpeg \\S+, bundled: ")
        .containsPattern("models +ok +\\S+ recognised a sound")
        .containsPattern("database +ok +embedded PostgreSQL \\S+, in a trial folder")
        .containsPattern("clamd +off ");
    assertThat(data).as("nothing is made").doesNotExist();

    try (RealServer server = RealServer.start(data)) {
      TestCommand beside = run(data, "doctor");
      assertThat(beside.status()).as(beside.out()).isZero();
      assertThat(beside.out()).contains("in use by a server that runs");
      assertThat(server.caller(String.valueOf(server.key())).get("/readyz").status())
          .isEqualTo(200);
    }
  }

  @Test
  void tellsEachPartThatIsBadAndGoesOn() throws Exception {
    try (FaultyPeer relay = new FaultyPeer(FaultyPeer.Way.FREEZES_WITHIN_A_PROBE)) {
      Path file = folder.resolve("parley.toml");
      Files.writeString(
          file,
          """
          [server]
          bind = "192.0.2.1"
          data_dir = "%s"
          [media]
          ffmpeg = "/bin/false"
          [speech]
          models = "/nowhere"
          [database]
          url = "jdbc:postgresql://127.0.0.1:1/parley"
          [scanner]
          addresses = "127.0.0.1:1"
          [calls]
          livekit_url = "http://127.0.0.1:1"
          livekit_key = "key"
          livekit_secret = "0123456789012345678901234567890123456789"
          [relay]
          base_url = "%s"
          """
              .formatted(folder.resolve("data"), relay.baseUrl()));

      TestCommand result = TestCommand.run("doctor", "--config", file.toString());

      assertThat(result.status()).isEqualTo(1);
      assertThat(result.out().lines().filter(line -> line.matches("\\S+ +bad .*")))
          .extracting(line -> line.substring(0, line.indexOf(' ')))
          .containsExactly("port", "decoder", "models", "database", "clamd", "livekit", "relay");
      assertThat(result.out()).contains("apt-get install ffmpeg", "/nowhere");
      assertThat(result.err()).isEmpty();
    }
  }

  /// A configuration with models that are not there.
  private Path withoutModels(Path data) throws IOException {
    return Files.writeString(
        folder.resolve("models.toml"),
        """
        [server]
        data_dir = "%s"
        log_format = "text"
        [speech]
        models = "/nowhere"
        """
            .formatted(data));
  }

  @Test
  void printsAConfigurationThatCanBeUsed() throws Exception {
    TestCommand printed = TestCommand.run("config");

    assertThat(printed.status()).isZero();
    assertThat(printed.out()).contains("[server]", "port = 8080");
  }

  private TestCommand createKey(
      Path data, String tenant, String user, String permissions, String... more) throws Exception {
    List<String> all =
        new ArrayList<>(
            List.of("admin", "key", "create", "--tenant", tenant, "--user", user, "--permissions"));
    all.add(permissions);
    all.addAll(List.of(more));
    return run(data, all.toArray(String[]::new));
  }

  private TestCommand run(Path data, String... arguments) throws Exception {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--data-dir", data.toString()));
    return TestCommand.run(all.toArray(String[]::new));
  }
}
