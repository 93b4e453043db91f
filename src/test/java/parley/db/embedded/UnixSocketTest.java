package parley.db.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import parley.testing.Eventually;
import parley.testing.TestPostgres;

final class UnixSocketTest {
  /// Kinds of threads that read from a database.
  enum Kind {
    PLATFORM,
    VIRTUAL;

    Thread start(Runnable work) {
      return this == PLATFORM ? Thread.ofPlatform().start(work) : Thread.startVirtualThread(work);
    }
  }

  /// A socket and its server side.
  private record Pair(ServerSocketChannel server, SocketChannel peer, Socket socket)
      implements AutoCloseable {
    static Pair connected(Path folder) throws IOException {
      Path path = folder.resolve("socket");
      ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      server.bind(UnixDomainSocketAddress.of(path));
      Socket socket = new UnixSocketFactory(path.toString()).createSocket();
      socket.connect(InetSocketAddress.createUnresolved("localhost", 5432), 1000);
      return new Pair(server, server.accept(), socket);
    }

    void answer(String text) throws IOException {
      peer.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
    }

    @Override
    public void close() throws IOException {
      socket.close();
      peer.close();
      server.close();
    }
  }

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource
  void carriesMoreThanTheKernelHoldsInBothDirectionsAtOnce(Kind kind) throws Exception {
    byte[] sent = new byte[5_000_000];
    new Random(1).nextBytes(sent);
    try (Pair pair = Pair.connected(folder)) {
      FutureTask<Void> writing =
          new FutureTask<>(() -> {
            pair.socket.getOutputStream().write(sent);
            pair.socket.shutdownOutput();
            return null;
          });
      FutureTask<byte[]> reading =
          new FutureTask<>(() -> pair.socket.getInputStream().readAllBytes());
      kind.start(writing);
      kind.start(reading);

      ByteBuffer echo = ByteBuffer.allocate(64 * 1024);
      while (pair.peer.read(echo) >= 0) {
        echo.flip();
        while (echo.hasRemaining()) {
          pair.peer.write(echo);
        }
        echo.clear();
      }
      pair.peer.shutdownOutput();

      assertThat(reading.get(30, TimeUnit.SECONDS)).isEqualTo(sent);
      writing.get(30, TimeUnit.SECONDS);
    }
  }

  @ParameterizedTest
  @EnumSource
  void givesUpReadingAfterTheTimeoutAndStaysWhole(Kind kind) throws Exception {
    try (Pair pair = Pair.connected(folder)) {
      pair.socket.setSoTimeout(50);
      FutureTask<Integer> first = new FutureTask<>(() -> pair.socket.getInputStream().read());
      long start = System.nanoTime();
      kind.start(first);
      assertThatThrownBy(() -> first.get(30, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(SocketTimeoutException.class);
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isGreaterThanOrEqualTo(Duration.ofMillis(50));

      pair.socket.setSoTimeout(0);
      FutureTask<Integer> second = new FutureTask<>(() -> pair.socket.getInputStream().read());
      kind.start(second);
      pair.answer("a");
      assertThat(second.get(30, TimeUnit.SECONDS)).isEqualTo('a');
    }
  }

  @ParameterizedTest
  @EnumSource
  void wakesAReaderWhenAnotherThreadClosesIt(Kind kind) throws Exception {
    try (Pair pair = Pair.connected(folder)) {
      FutureTask<Integer> reading = new FutureTask<>(() -> pair.socket.getInputStream().read());
      Thread reader = kind.start(reading);
      awaitWaiting(reader);

      pair.socket.close();

      assertThatThrownBy(() -> reading.get(30, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(SocketException.class);
      assertThat(pair.socket.isClosed()).isTrue();
      assertThat(pair.peer.read(ByteBuffer.allocate(1))).as("what the peer sees").isEqualTo(-1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void readsOnWhenInterruptedAndKeepsTheInterruptForItsThread(Kind kind) throws Exception {
    try (Pair pair = Pair.connected(folder)) {
      CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
      FutureTask<Integer> reading =
          new FutureTask<>(() -> {
            int read = pair.socket.getInputStream().read();
            interrupted.complete(Thread.currentThread().isInterrupted());
            return read;
          });
      Thread reader = kind.start(reading);
      awaitWaiting(reader);

      reader.interrupt();
      Eventually.holds("the interrupt was noticed", () -> !reader.isInterrupted());
      pair.answer("a");

      assertThat(reading.get(30, TimeUnit.SECONDS)).isEqualTo('a');
      assertThat(interrupted.get(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  private static void awaitWaiting(Thread thread) throws Exception {
    // A platform thread in a system call is reported as runnable.
    Eventually.holds(
        "the reader waits",
        () ->
            List.of(thread.getStackTrace()).stream()
                .anyMatch(frame -> frame.getMethodName().equals("await")));
  }

  @Test
  void seesTheEndWhenThePeerCloses() throws Exception {
    try (Pair pair = Pair.connected(folder)) {
      pair.answer("a");
      pair.peer.close();

      assertThat(pair.socket.getInputStream().readAllBytes()).containsExactly('a');
    }
  }

  @Test
  void refusesToConnectWhereNobodyListens() throws Exception {
    Path nowhere = folder.resolve("nowhere");
    try (Socket socket = new UnixSocketFactory(nowhere.toString()).createSocket()) {
      assertThatThrownBy(() -> socket.connect(InetSocketAddress.createUnresolved("localhost", 1)))
          .isInstanceOf(IOException.class);
      assertThat(socket.isConnected()).isFalse();
    }
  }

  @Test
  @Tag("slow")
  void letsFarMoreVirtualThreadsWaitForTheDatabaseThanThereAreCores() throws Exception {
    Properties database = TestPostgres.newDatabase();
    int count = 24;
    List<Connection> connections = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < count; i++) {
        connections.add(TestPostgres.connect(database));
      }
      List<Future<Boolean>> arrivals = new ArrayList<>();
      for (Connection connection : connections) {
        arrivals.add(threads.submit(() -> seesAllOthersWait(connection, count)));
      }

      // Each statement ends only when all of them run in the server at once.
      for (Future<Boolean> arrival : arrivals) {
        assertThat(arrival.get(60, TimeUnit.SECONDS)).isTrue();
      }
    } finally {
      for (Connection connection : connections) {
        connection.close();
      }
    }
  }

  private static boolean seesAllOthersWait(Connection connection, int count) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          """
          do $$ begin
            while (select count(*) from pg_stat_activity
                   where datname = current_database() and query like 'do %' and state = 'active')
                  < COUNT loop
              perform pg_sleep(0.01);
              perform pg_stat_clear_snapshot();
            end loop;
            perform pg_sleep(0.2);
          end $$
          """
              .replace("COUNT", Integer.toString(count)));
      return true;
    }
  }

  @Test
  @Tag("slow")
  void hearsANotificationWhileItWaitsAndReturnsWhenNoneComes() throws Exception {
    Properties database = TestPostgres.newDatabase();
    try (Connection listener = TestPostgres.connect(database);
        Connection sender = TestPostgres.connect(database);
        Statement listen = listener.createStatement();
        Statement send = sender.createStatement()) {
      listen.execute("listen news");
      PGConnection driver = listener.unwrap(PGConnection.class);
      assertThat(driver.getNotifications(20)).isEmpty();

      FutureTask<PGNotification[]> hearing =
          new FutureTask<>(() -> driver.getNotifications(30_000));
      awaitWaiting(Thread.startVirtualThread(hearing));
      send.execute("notify news, 'hello'");

      assertThat(hearing.get(30, TimeUnit.SECONDS))
          .extracting(PGNotification::getParameter)
          .containsExactly("hello");
    }
  }

  @Test
  @Tag("slow")
  void cancelsAStatementThatTakesTooLong() throws Exception {
    try (Connection connection = TestPostgres.connect(TestPostgres.newDatabase());
        Statement statement = connection.createStatement()) {
      statement.setQueryTimeout(1);
      assertThatThrownBy(() -> statement.execute("select pg_sleep(60)"))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("canceling statement");

      try (ResultSet row = statement.executeQuery("select 'still connected'")) {
        assertThat(row.next()).isTrue();
      }
    }
  }
}
