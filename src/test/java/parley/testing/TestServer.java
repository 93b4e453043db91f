package parley.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import parley.app.Server;
import parley.app.SpeechModels;
import parley.auth.Permission;
import parley.config.Config;
import parley.config.ConfigReader;
import parley.config.ConfigReader.Flag;
import parley.db.Database;
import parley.paging.Page;
import parley.tenants.Tenant;
import parley.tenants.Tenants;
import parley.testing.TestS3.Bucket;

/// A complete server in this process, on a free port, with its own database and data directory, and
/// with the real models, which all servers of the process share.
public final class TestServer implements AutoCloseable {
  private static final Clock CLOCK = Clock.tick(Clock.systemUTC(), Duration.ofNanos(1_000));
  private static final Map<TestStore, TestServer> SHARED = new EnumMap<>(TestStore.class);

  private final Server server;
  private final Path dataDirectory;
  private final Properties database;
  private final @Nullable Bucket bucket;

  private TestServer(
      Server server, Path dataDirectory, Properties database, @Nullable Bucket bucket) {
    this.server = server;
    this.dataDirectory = dataDirectory;
    this.database = database;
    this.bucket = bucket;
  }

  /// The server that tests share unless they need special settings, each with its own tenants. It
  /// ends with the JVM.
  public static synchronized TestServer shared() {
    TestServer running = SHARED.get(TestStore.current());
    if (running == null) {
      running = start(Map.of());
      Runtime.getRuntime().addShutdownHook(new Thread(running::close));
      SHARED.put(TestStore.current(), running);
    }
    return running;
  }

  /// Starts a server with settings such as `media.max_upload_mb` → `1`; the caller closes it.
  public static TestServer start(Map<String, String> settings) {
    return start(settings, CLOCK);
  }

  /// Like [#start(Map)] with a clock of the test's choosing.
  public static TestServer start(Map<String, String> settings, Clock clock) {
    return switch (TestStore.current()) {
      case LOCAL -> start(settings, clock, null);
      case S3 -> onS3(settings, TestS3.shared().newBucket(), clock);
    };
  }

  /// A server whose models come from elsewhere, and that need not have them yet.
  public static TestServer withModels(SpeechModels.Source models) throws IOException {
    Path dataDirectory = Files.createTempDirectory("parley-test-").toRealPath();
    Properties database = TestPostgres.newDatabase();
    return new TestServer(
        Server.start(
            config(Map.of(), dataDirectory, database), Path.of("").toAbsolutePath(), CLOCK, models),
        dataDirectory,
        database,
        null);
  }

  /// Like [#start(Map)] with its files in a bucket, and without models, which other tests cover.
  public static TestServer onS3(Map<String, String> settings, Bucket bucket) {
    return onS3(settings, bucket, CLOCK);
  }

  private static TestServer onS3(Map<String, String> settings, Bucket bucket, Clock clock) {
    Map<String, String> all = bucket.settings();
    all.put("server.roles", "api,worker");
    all.putAll(settings);
    return start(all, clock, bucket);
  }

  /// Starts a server without models that stores its files in another folder.
  public static TestServer storingIn(Path folder) {
    return start(Map.of("server.roles", "api,worker"), CLOCK, null, folder);
  }

  private static TestServer start(
      Map<String, String> settings, Clock clock, @Nullable Bucket bucket) {
    return start(settings, clock, bucket, null);
  }

  private static TestServer start(
      Map<String, String> settings, Clock clock, @Nullable Bucket bucket, @Nullable Path blobs) {
    try {
      Path dataDirectory = Files.createTempDirectory("parley-test-").toRealPath();
      if (blobs != null) {
        Files.createSymbolicLink(dataDirectory.resolve("blobs"), blobs);
      }
      Properties database = TestPostgres.newDatabase();
      Config config = config(settings, dataDirectory, database);
      return new TestServer(started(config, clock), dataDirectory, database, bucket);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Starts another node on the database and store of `first`, with its own data directory; the
  /// caller closes it. Unless the settings say otherwise, it only serves the API.
  public static TestServer beside(TestServer first) {
    return beside(first, Map.of());
  }

  /// Like [#beside(TestServer)] with settings.
  public static TestServer beside(TestServer first, Map<String, String> settings) {
    try {
      Path dataDirectory = Files.createTempDirectory("parley-test-").toRealPath();
      Map<String, String> all = new HashMap<>();
      if (first.bucket == null) {
        // Like a directory that both nodes mount.
        Files.createSymbolicLink(
            dataDirectory.resolve("blobs"), first.dataDirectory.resolve("blobs"));
      } else {
        all.putAll(first.bucket.settings());
      }
      all.putAll(settings);
      all.putIfAbsent("server.roles", "api");
      Config config = config(all, dataDirectory, first.database);
      return new TestServer(started(config, CLOCK), dataDirectory, first.database, null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Like [#beside(TestServer)], but with a separate file directory, which a node must not have.
  ///
  /// @throws IOException with the reason why it does not start
  public static TestServer besideWithAnotherStore(TestServer first) throws IOException {
    Path dataDirectory = Files.createTempDirectory("parley-test-").toRealPath();
    Config config = config(Map.of("server.roles", "api"), dataDirectory, first.database);
    return new TestServer(started(config, CLOCK), dataDirectory, first.database, null);
  }

  private static Server started(Config config, Clock clock) throws IOException {
    Server server = Server.start(config, Path.of("").toAbsolutePath(), clock, SharedModels::load);
    server.awaitModels();
    return server;
  }

  private static Config config(
      Map<String, String> settings, Path dataDirectory, Properties database) {
    List<Flag> flags = new ArrayList<>();
    flags.add(flag("server.port", "0"));
    flags.add(flag("server.data_dir", dataDirectory.toString()));
    TestPostgres.settings(database).forEach((key, value) -> flags.add(flag(key, value)));
    // Tests poll, faster than the default rate limit allows.
    flags.add(flag("limits.requests_per_second", "100000"));
    flags.add(flag("limits.burst", "100000"));
    // Long enough for a busy machine.
    flags.add(flag("media.thumbnail_wait_millis", "20000"));
    settings.forEach((key, value) -> flags.add(flag(key, value)));
    return ConfigReader.read(Optional.empty(), Map.of(), flags);
  }

  private static Flag flag(String key, String value) {
    return new Flag(key, key, value);
  }

  public URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.port() + path);
  }

  /// Runs a statement on the server's database, for states that no route can produce.
  public void execute(String sql) {
    try (Connection connection = TestPostgres.connect(database);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  /// Runs a statement on the server's database in a transaction that stays open, with its locks,
  /// until the caller closes it.
  public AutoCloseable hold(String sql) {
    try {
      Connection connection = TestPostgres.connect(database);
      connection.setAutoCommit(false);
      try (Statement statement = connection.createStatement()) {
        statement.execute(sql);
      }
      return connection;
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  /// Counts rows in the server's database.
  ///
  /// @param from the rest of the query after `select count(*)`
  public long count(String from) {
    try (Connection connection = TestPostgres.connect(database);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select count(*) " + from)) {
      rows.next();
      return rows.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(from, e);
    }
  }

  /// Its database, as another node has it; the caller closes it.
  public Database openDatabase() {
    try {
      return Database.open(database, 2);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// All that its database tells: every row of every table, as PostgreSQL writes it.
  public String rowsOfAllTables() {
    StringBuilder all = new StringBuilder();
    try (Connection connection = TestPostgres.connect(database);
        Statement statement = connection.createStatement()) {
      List<String> tables = new ArrayList<>();
      try (ResultSet names =
          statement.executeQuery("select tablename from pg_tables where schemaname = 'public'")) {
        while (names.next()) {
          tables.add(names.getString(1));
        }
      }
      for (String table : tables) {
        try (ResultSet rows =
            statement.executeQuery("select row::text from \"" + table + "\" as row")) {
          while (rows.next()) {
            all.append(table).append(' ').append(rows.getString(1)).append('\n');
          }
        }
      }
      return all.toString();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Everything that the server stores outside the database.
  public Path dataDirectory() {
    return dataDirectory;
  }

  /// The files with content from clients: stored ones as `blobs/…`, incoming ones as `spool/…`.
  public List<String> storedFiles() {
    return Stream.concat(
            files().filter(file -> file.startsWith("blobs/tenant") || file.startsWith("spool")),
            objects())
        .sorted()
        .toList();
  }

  /// Deletes a stored file, one of [#storedFiles], like a failing disk.
  public void lose(String file) {
    try {
      Files.delete(path(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Cuts a stored file, one of [#storedFiles], like a disk that was full when it was copied.
  public void cut(String file, long bytes) {
    try (FileChannel channel = FileChannel.open(path(file), StandardOpenOption.WRITE)) {
      channel.truncate(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path path(String storedFile) {
    return bucket == null
        ? dataDirectory.resolve(storedFile)
        : bucket.folder().resolve(storedFile.replaceFirst("^blobs/", "parley/"));
  }

  private Stream<String> files() {
    try (Stream<Path> files = Files.walk(dataDirectory)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> dataDirectory.relativize(file).toString())
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Stream<String> objects() {
    return bucket == null
        ? Stream.empty()
        : bucket.objects().stream().map(object -> object.replaceFirst("^parley/", "blobs/"));
  }

  /// A caller of a new tenant with every permission in it.
  public TestCaller newTenant() {
    Tenant tenant = server.tenants().create("tenant " + UUID.randomUUID(), Tenants.Limits.NONE);
    return new TestCaller(this, tenant, "alice", Permission.allOfATenant());
  }

  /// The same user as a caller of this node.
  public TestCaller here(TestCaller elsewhere) {
    return new TestCaller(this, elsewhere.tenant(), elsewhere.token());
  }

  /// A caller without a token.
  public TestCaller stranger() {
    return new TestCaller(this, null, null);
  }

  /// All registered routes, such as `get /v1/jobs`.
  public Set<String> routes() {
    return server.routes().stream()
        .map(route -> route.method().toLowerCase(Locale.ROOT) + " " + route.template())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /// Revokes every key of the tenant.
  public void revokeAllKeys(Tenant tenant) {
    Page.all(page -> server.keys().list(tenant.id(), page))
        .forEach(listed -> server.keys().revoke(tenant.id(), listed.key().id()));
  }

  /// Revokes the caller's key.
  public void revokeKey(TestCaller caller) {
    server.keys().revoke(caller.tenant().id(), server.keys().authenticate(caller.token()).key());
  }

  Server server() {
    return server;
  }

  @Override
  public void close() {
    server.close();
    try (Stream<Path> paths = Files.walk(dataDirectory)) {
      for (Path path : paths.sorted((one, other) -> other.compareTo(one)).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
