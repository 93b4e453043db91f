package parley.db.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.testing.Eventually;
import parley.testing.OtherProcess;
import parley.testing.TestPostgres;

@Tag("slow")
final class EmbeddedPostgresTest {
  /// A data directory after one start and stop. Creating the cluster takes longer than most tests.
  @TempDir private static Path prepared;

  /// The JDK creates it with permissions for its owner only.
  @TempDir private Path folder;

  private Path data = Path.of("");

  @BeforeAll
  static void prepare() throws IOException {
    EmbeddedPostgres.start(prepared.toRealPath()).close();
  }

  @BeforeEach
  void copyDataDirectory() throws IOException {
    data = folder.toRealPath().resolve("data");
    Programs.Outcome copied =
        Programs.run(List.of("/bin/cp", "-a", prepared.toString(), data.toString()), folder);
    assertThat(copied.output()).isEmpty();
  }

  @Test
  void keepsWhatWasCommittedFromStartToStart() throws Exception {
    try (EmbeddedPostgres first = EmbeddedPostgres.start(data)) {
      execute(first.properties(), "create table words (word text)");
      execute(first.properties(), "insert into words values ('kept')");
    }

    try (EmbeddedPostgres second = EmbeddedPostgres.start(data)) {
      assertThat(words(second.properties())).containsExactly("kept");
    }
  }

  @Test
  void listensOnNothingButASocketThatOthersCannotReach() throws Exception {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(data)) {
      assertThat(column(postgres.properties(), "show listen_addresses")).containsExactly("");
      assertThat(Files.getPosixFilePermissions(data.resolve("postgresql")))
          .isEqualTo(PosixFilePermissions.fromString("rwx------"));
      assertThat(data.resolve("postgresql").resolve(SocketPath.SOCKET)).exists();
    }
  }

  @Test
  void keepsThePasswordAndTheLogToTheirOwner() throws Exception {
    try (EmbeddedPostgres _ = EmbeddedPostgres.start(data)) {
      for (String file : List.of("postgresql.password", "postgresql.log")) {
        assertThat(Files.getPosixFilePermissions(data.resolve(file)))
            .as(file)
            .isEqualTo(PosixFilePermissions.fromString("rw-------"));
      }
    }
  }

  @Test
  void refusesAConnectionWithAnotherPassword() throws Exception {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(data)) {
      Properties wrong = postgres.properties();
      wrong.setProperty("password", "guessed");

      assertThatThrownBy(() -> TestPostgres.connect(wrong))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("password authentication failed");
    }
  }

  @Test
  void asksForAPasswordWhateverAnOlderVersionWrote() throws Exception {
    // A version that left this to initdb.
    Files.delete(data.resolve("postgresql/parley_hba.conf"));
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(data)) {
      assertThat(
              column(
                  postgres.properties(),
                  "select concat_ws(' ', type, user_name, auth_method, error) from pg_hba_file_rules"))
          .containsExactly("local {all} password");
    }
  }

  @Test
  void stopsAtOnceAndRollsBackWhatIsOpen() throws Exception {
    EmbeddedPostgres first = EmbeddedPostgres.start(data);
    execute(first.properties(), "create table words (word text)");
    Connection open = TestPostgres.connect(first.properties());
    open.setAutoCommit(false);
    try (Statement statement = open.createStatement()) {
      statement.execute("insert into words values ('not committed')");
    }

    first.close();
    first.close();
    open.abort(Runnable::run);

    assertThat(first.isRunning()).isFalse();
    assertThat(data.resolve("postgresql").resolve(Postmaster.PID_FILE)).doesNotExist();
    try (EmbeddedPostgres second = EmbeddedPostgres.start(data)) {
      assertThat(words(second.properties())).isEmpty();
    }
  }

  @Test
  void letsAnotherProcessOfTheSameUserConnectWhileItRuns() throws Exception {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(data)) {
      Properties found = EmbeddedPostgres.connectionProperties(data);

      assertThat(found).isEqualTo(postgres.properties());
      assertThat(column(found, "select 'reached'")).containsExactly("reached");
    }
  }

  @Test
  void runsForAUserWithoutSpecialRights() throws Exception {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    Path theirs = folder.resolve("theirs");

    try (OtherProcess process =
        OtherProcess.startAsOrdinaryUser(folder, PostgresProgram.class, theirs.toString())) {
      process.awaitLine("ready");
      assertThat(Files.getOwner(theirs.resolve("postgresql")))
          .isEqualTo(Files.getOwner(theirs))
          .isEqualTo(Files.getOwner(theirs.resolve("lock")));
      assertThat(process.end()).isZero();
    }
  }

  @Test
  void startsAgainByItselfAfterAllItsProcessesWereKilled() throws Exception {
    try (EmbeddedPostgres killed = EmbeddedPostgres.start(data)) {
      execute(killed.properties(), "create table words (word text)");
      execute(killed.properties(), "insert into words values ('kept')");
      ProcessHandle postmaster = postmaster(data);
      try (Stream<ProcessHandle> processes =
          Stream.concat(Stream.of(postmaster), postmaster.descendants())) {
        processes.toList().forEach(ProcessHandle::destroyForcibly);
      }

      Eventually.holds("it has what it had", () -> has(killed, List.of("kept")));
    }
  }

  @Test
  void startsAgainByItselfAfterOnlyItsMainProcessWasKilled() throws Exception {
    try (EmbeddedPostgres killed = EmbeddedPostgres.start(data)) {
      execute(killed.properties(), "create table words (word text)");
      ProcessHandle postmaster = postmaster(data);
      postmaster.destroyForcibly();
      Eventually.holds("it has ended", () -> !postmaster.isAlive());

      Eventually.holds("it has what it had", () -> has(killed, List.of()));
    }
  }

  private static boolean has(EmbeddedPostgres postgres, List<String> words) {
    try {
      return words(postgres.properties()).equals(words);
    } catch (SQLException notYet) {
      return false;
    }
  }

  @Test
  void stopsWhenTheProcessThatStartedItIsKilled() throws Exception {
    try (OtherProcess process = OtherProcess.start(PostgresProgram.class, data.toString())) {
      process.awaitLine("ready");
      Path pidFile = data.resolve("postgresql").resolve(Postmaster.PID_FILE);
      assertThat(pidFile).exists();

      process.kill();

      Eventually.holds("PostgreSQL has stopped", () -> Files.notExists(pidFile));
    }
    try (EmbeddedPostgres next = EmbeddedPostgres.start(data)) {
      assertThat(words(next.properties())).containsExactly("kept");
    }
  }

  @Test
  void takesOverFromAPostgresThatOutlivedTheProcessThatStartedIt() throws Exception {
    try (OtherProcess process = OtherProcess.start(PostgresProgram.class, data.toString())) {
      process.awaitLine("ready");
      ProcessHandle left = postmaster(data);
      watchers(data).forEach(ProcessHandle::destroyForcibly);
      Eventually.holds("the watcher has ended", () -> watchers(data).isEmpty());

      process.kill();
      assertThat(arguments(left)).contains(StalePostmaster.mark(data.resolve("postgresql")));

      try (EmbeddedPostgres next = EmbeddedPostgres.start(data)) {
        assertThat(words(next.properties())).containsExactly("kept");
        assertThat(postmaster(data).pid()).isNotEqualTo(left.pid());
        assertThat(arguments(left)).isEmpty();
      }
    }
  }

  @Test
  void startsWhenAnotherProgramHasTheProcessNumberOfTheLastOne() throws Exception {
    long another = ProcessHandle.current().pid();
    for (String file : List.of(Postmaster.PID_FILE, SocketPath.SOCKET + ".lock")) {
      Files.writeString(
          data.resolve("postgresql").resolve(file),
          another + "\n" + data.resolve("postgresql") + "\n1\n5432\n.\n\n1 1\nready\n");
    }

    try (EmbeddedPostgres next = EmbeddedPostgres.start(data)) {
      assertThat(next.isRunning()).isTrue();
      assertThat(postmaster(data).pid()).isNotEqualTo(another);
    }
  }

  @Test
  void forgetsADatabaseThatWasNeverFinished() throws Exception {
    Path started = Files.createDirectory(folder.toRealPath().resolve("started"));
    Path unfinished = Files.createDirectory(started.resolve("postgresql.unfinished-1"));
    Files.writeString(unfinished.resolve("PG_VERSION"), "18\n");

    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(started)) {
      assertThat(column(postgres.properties(), "select 'works'")).containsExactly("works");
    }
    try (Stream<Path> left = Files.list(started)) {
      assertThat(left.map(path -> path.getFileName().toString()))
          .contains("postgresql", "postgresql.log", "postgresql.password")
          .noneMatch(name -> name.contains("unfinished"));
    }
  }

  @Test
  void worksWithASocketPathThatTheSystemWouldNotTake() throws Exception {
    Path above = folder.toRealPath();
    while (above.toString().length() < 150 || shortFromHere(above)) {
      above = Files.createDirectory(above.resolve("a-folder-with-a-long-name"));
    }
    Path deep = Files.move(data, above.resolve("data"));

    Path link;
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(deep)) {
      assertThat(column(postgres.properties(), "select 'works'")).containsExactly("works");
      link = Path.of(Files.readString(deep.resolve("postgresql.link")).strip());
      assertThat(Files.getPosixFilePermissions(link))
          .isEqualTo(PosixFilePermissions.fromString("rwx------"));
      assertThat(EmbeddedPostgres.connectionProperties(deep)).isEqualTo(postgres.properties());
    }
    assertThat(link).doesNotExist();
  }

  private static boolean shortFromHere(Path deep) {
    return Path.of("").toAbsolutePath().relativize(deep).toString().length() < 150;
  }

  @Test
  void saysWhichVersionMadeFilesThatItCannotRead() throws Exception {
    Files.writeString(data.resolve("postgresql").resolve("PG_VERSION"), "12\n");

    assertThatThrownBy(() -> EmbeddedPostgres.start(data))
        .isInstanceOf(PostgresException.class)
        .hasMessageContaining("created by PostgreSQL 12, but this Parley bundles PostgreSQL 18");
  }

  @Test
  void saysWhyPostgresDoesNotStart() throws Exception {
    Files.delete(data.resolve("postgresql").resolve("global").resolve("pg_control"));

    assertThatThrownBy(() -> EmbeddedPostgres.start(data))
        .isInstanceOf(PostgresException.class)
        .hasMessageContaining("pg_control");
  }

  @Test
  void saysThatThePasswordIsGone() throws Exception {
    Files.delete(data.resolve("postgresql.password"));

    assertThatThrownBy(() -> EmbeddedPostgres.start(data))
        .isInstanceOf(PostgresException.class)
        .hasMessageContaining("postgresql.password");
  }

  @Test
  void passesOverCacheFoldersThatOthersCouldChange() throws Exception {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path open = Files.createDirectory(folder.resolve("open"));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
    Path mine = folder.resolve("mine");
    Files.createDirectory(mine);
    Path unfinished = Files.createDirectory(mine.resolve(".unfinished-1"));

    PostgresBinaries programs =
        PostgresBinaries.unpacked(List.of(open, mine), OsUser.forNewCluster());

    assertThat(Path.of(programs.program("postgres"))).startsWith(mine).isExecutable();
    assertThat(unfinished).doesNotExist();
    assertThatThrownBy(() -> PostgresBinaries.unpacked(List.of(open), OsUser.forNewCluster()))
        .isInstanceOf(PostgresException.class)
        .hasMessageContaining(open + " (it is world-writable)");
  }

  private static ProcessHandle postmaster(Path data) throws IOException {
    String number =
        Files.readAllLines(data.resolve("postgresql").resolve(Postmaster.PID_FILE)).getFirst();
    return ProcessHandle.of(Long.parseLong(number.strip())).orElseThrow();
  }

  private static List<ProcessHandle> watchers(Path data) {
    try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
      return all.filter(process ->
              arguments(process).contains(StalePostmaster.mark(data.resolve("postgresql")))
                  && arguments(process).contains("-c")
                  && process.info().command().orElse("").endsWith("sh"))
          .toList();
    }
  }

  private static List<String> arguments(ProcessHandle process) {
    return process.info().arguments().map(Arrays::asList).orElse(List.of());
  }

  private static List<String> words(Properties database) throws SQLException {
    return column(database, "select word from words");
  }

  private static List<String> column(Properties database, String query) throws SQLException {
    try (Connection connection = TestPostgres.connect(database);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      List<String> values = new ArrayList<>();
      while (rows.next()) {
        values.add(rows.getString(1));
      }
      return values;
    }
  }

  private static void execute(Properties database, String sql) throws SQLException {
    try (Connection connection = TestPostgres.connect(database);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
