package parley.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.config.ConfigReader.Flag;
import parley.config.Roles.Role;

final class ConfigReaderTest {
  @TempDir private Path folder;

  @Test
  void hasTheDefaultsThatTheDocumentationPromises() {
    Config config = Config.defaults();

    assertThat(config.server())
        .isEqualTo(
            new ServerConfig(
                8080,
                "127.0.0.1",
                Optional.empty(),
                "",
                new Origins(true, Set.of()),
                new Roles(EnumSet.allOf(Role.class)),
                Path.of("./data"),
                Config.LogFormat.TEXT,
                Duration.ofSeconds(30),
                Duration.ofSeconds(20)));
    assertThat(config.database())
        .isEqualTo(new Config.Database(Optional.empty(), "", new Secret(""), 10));
    assertThat(config.media().maxUploadMb()).isEqualTo(2048);
    assertThat(config.speech())
        .isEqualTo(
            new Config.Speech(
                Path.of("./models"),
                Optional.empty(),
                Optional.empty(),
                Config.Device.CPU,
                Path.of("./cuda"),
                0,
                5L * 1024 * 1024,
                0));
  }

  @Test
  void readsItsOwnDocumentationBackAsTheDefaults() throws IOException {
    assertThat(fromFile(Config.documented())).isEqualTo(Config.defaults());
  }

  @Test
  void refusesSecretsThatAreNotOneLineWithoutShowingThem() {
    assertThatThrownBy(() -> fromEnvironment("PARLEY_RELAY_KEY", "topsecret\n"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("relay.key must not contain line breaks")
        .hasMessageNotContaining("topsecret");
  }

  @Test
  void readsOriginsAsBrowsersWriteThem() {
    String origins = "https://App.example.org, http://localhost:80,https://a.example:8443";
    assertThat(
            fromEnvironment("PARLEY_SERVER_CORS_ORIGINS", origins).server().corsOrigins().named())
        .containsExactlyInAnyOrder(
            "https://app.example.org", "http://localhost", "https://a.example:8443");
    assertThat(fromEnvironment("PARLEY_SERVER_CORS_ORIGINS", "").server().corsOrigins())
        .isEqualTo(new Origins(false, Set.of()));
    for (String wrong :
        List.of(
            "app.example.org", "https://a.example/", "https://a.example:99999", "*, https://a")) {
      assertThatThrownBy(() -> fromEnvironment("PARLEY_SERVER_CORS_ORIGINS", wrong))
          .as(wrong)
          .hasMessageContaining(
              "server.cors_origins must be * or a comma-separated list of origins");
    }
  }

  @Test
  void documentsEveryKeyWithItsDefaultAndRange() {
    String document = Config.documented();

    for (SettingKey key : SettingKey.all()) {
      assertThat(key.text()).as(key.path()).endsWith(".");
      assertThat(document).contains("\n" + key.name() + " = ");
    }
    assertThat(document)
        .contains("# The TCP port to listen on. 0 picks a free one. (0 to 65535)\nport = 8080\n")
        .contains("url = \"\"\n");
    assertThat(document.lines()).allMatch(line -> line.length() <= 100);
  }

  @Test
  void readsAFile() throws IOException {
    Config config =
        fromFile(
            """
            [server]
            port = 9_000
            public_url = "https://parley.example.org/base"
            log_format = "json"
            drain_seconds = 3

            [database]
            url = "jdbc:postgresql://db:5432/parley"
            """);

    assertThat(config.server().port()).isEqualTo(9000);
    assertThat(config.server().publicUrl()).contains(URI.create("https://parley.example.org/base"));
    assertThat(config.server().logFormat()).isEqualTo(Config.LogFormat.JSON);
    assertThat(config.server().drain()).isEqualTo(Duration.ofSeconds(3));
    assertThat(config.database().url()).contains(new JdbcUrl("jdbc:postgresql://db:5432/parley"));
    assertThat(config.server().bind()).isEqualTo("127.0.0.1");
  }

  @Test
  void letsTheCommandLineGoBeforeTheEnvironmentAndThatBeforeTheFile() throws IOException {
    Path file =
        file(
            """
            [server]
            port = 1
            bind = "file"
            data_dir = "file"
            """);

    Config config =
        ConfigReader.read(
            Optional.of(file),
            Map.of("PARLEY_SERVER_PORT", "2", "PARLEY_SERVER_BIND", "environment"),
            List.of(new Flag("--port", "server.port", "3")));

    assertThat(config.server().port()).isEqualTo(3);
    assertThat(config.server().bind()).isEqualTo("environment");
    assertThat(config.server().dataDir()).isEqualTo(Path.of("file"));
  }

  @Test
  void readsTheRolesOfANode() {
    assertThat(roles("worker, speech").all()).containsExactlyInAnyOrder(Role.WORKER, Role.SPEECH);
    assertThat(roles("api").has(Role.API)).isTrue();
    assertThat(roles("api").has(Role.WORKER)).isFalse();
    for (String wrong : List.of("", "api,", "API", "api worker", "speach")) {
      assertThatThrownBy(() -> roles(wrong))
          .as(wrong)
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining(
              "server.roles must be a comma-separated list of api, worker, speech");
    }
  }

  private static Roles roles(String value) {
    Flag flag = new Flag("--roles", "server.roles", value);
    return ConfigReader.read(Optional.empty(), Map.of(), List.of(flag)).server().roles();
  }

  @Test
  void tellsEveryFaultAtOnceWithItsSource() throws IOException {
    Path file =
        file(
            """
            prot = 1
            [servr]
            port = 1
            [server]
            port = 70000
            pool_size = 3
            public_uri = "http://x"
            [database]
            pool_size = "ten"
            url = "postgres://user:topsecret@db/parley"
            [limits]
            burst = 0.5
            """);

    ConfigException refusal =
        catchThrowableOfType(
            ConfigException.class,
            () ->
                ConfigReader.read(
                    Optional.of(file),
                    Map.of(
                        "PARLEY_SERVER_LOG_FORMAT", "yaml",
                        "PARLEY_SERVER_PROT", "1",
                        "PARLEY_JAVA_OPTS", "-Xmx1g",
                        "PARLEY_JAVA_HOME", "/opt/java",
                        "HOME", "/home/somebody"),
                    List.of(new Flag("--data-dir", "server.data_dir", ""))));

    String from = file + ": ";
    assertThat(refusal.faults())
        .containsExactlyInAnyOrder(
            from + "unknown key prot",
            from + "unknown section [servr]; did you mean server?",
            from + "server.port must be 0 to 65535, not \"70000\"",
            from + "unknown key server.pool_size; did you mean database.pool_size?",
            from + "unknown key server.public_uri; did you mean server.public_url?",
            from + "database.pool_size must be a whole number without quotes",
            from
                + "database.url must start with jdbc:postgresql://, as in"
                + " jdbc:postgresql://db.example.org:5432/parley",
            from + "limits.burst must be a whole number without quotes",
            "environment variable PARLEY_SERVER_LOG_FORMAT: server.log_format must be text or json,"
                + " not \"yaml\"",
            "unknown environment variable PARLEY_SERVER_PROT; did you mean"
                + " PARLEY_SERVER_PORT?",
            "option --data-dir: server.data_dir must be the path of a file or directory, not \"\"");
    assertThat(refusal).hasMessage(String.join("\n", refusal.faults()));
  }

  @Test
  void tellsTheLineWhereAFileIsNoToml() throws IOException {
    Path file = file("[server]\nport = \n");

    assertThatThrownBy(() -> ConfigReader.read(Optional.of(file), Map.of(), List.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith(file + ": line 2: is not valid TOML: ");
  }

  @Test
  void refusesAFileThatIsNotThere() {
    Path file = folder.resolve("absent.toml");

    assertThatThrownBy(() -> ConfigReader.read(Optional.of(file), Map.of(), List.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessage(file + ": no such file");
  }

  @Test
  void refusesAnAddressThatHoldsAPasswordWithoutRepeatingIt() {
    assertThatThrownBy(() ->
            fromEnvironment(
                "PARLEY_DATABASE_URL", "jdbc:postgresql://db/parley?user=a&password=topsecret"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("must not contain a password")
        .hasMessageNotContaining("topsecret");
  }

  @Test
  void refusesNumbersBeyondTheirType() {
    assertThatThrownBy(() -> fromEnvironment("PARLEY_SPEECH_INLINE_MAX_BYTES", "9".repeat(30)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("must be a whole number, at least 0");
  }

  @Test
  void refusesAPublicAddressThatIsNoWebAddress() {
    for (String address : List.of("parley.example.org", "ftp://x", "http://", "http://a b")) {
      assertThatThrownBy(() -> fromEnvironment("PARLEY_SERVER_PUBLIC_URL", address))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("must be an http or https URL");
    }
  }

  @Test
  void takesAnEmptyVariableAsNotSet() {
    assertThat(fromEnvironment("PARLEY_SERVER_PUBLIC_URL", "").server().publicUrl()).isEmpty();
  }

  @Test
  void neverPrintsThePassword() {
    Config config = fromEnvironment("PARLEY_DATABASE_PASSWORD", "topsecret");

    assertThat(config.database().password().value()).isEqualTo("topsecret");
    assertThat(config.toString()).contains("password=(hidden)").doesNotContain("topsecret");
  }

  private Config fromFile(String toml) throws IOException {
    return ConfigReader.read(Optional.of(file(toml)), Map.of(), List.of());
  }

  private static Config fromEnvironment(String variable, String value) {
    return ConfigReader.read(Optional.empty(), Map.of(variable, value), List.of());
  }

  private Path file(String toml) throws IOException {
    return Files.writeString(folder.resolve("parley.toml"), toml);
  }
}
