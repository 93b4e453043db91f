package parley.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import parley.testing.Eventually;
import parley.testing.TestServer;

/// Sends hostile uploads and headers to a whole server and checks that none fails it, hangs it or
/// leaves anything behind: no file in the spool or the store, no row.
public final class ServerFuzz {
  private static final int CLIENTS = 4;

  private final TestServer server;
  private final long seed;
  private final Map<Integer, AtomicLong> answers = FuzzClient.counters();

  private ServerFuzz(TestServer server, long seed) {
    this.server = server;
    this.seed = seed;
  }

  /// Arguments: the number of uploads, the number of headers, and a seed. A failure tells the seed
  /// that repeats it as the first case: `1 0 SEED` or `0 1 SEED`.
  public static void main(String[] arguments) throws Exception {
    long bodies = Long.parseLong(arguments[0]);
    long headers = Long.parseLong(arguments[1]);
    long seed = arguments.length > 2 ? Long.parseLong(arguments[2]) : System.nanoTime();
    System.out.printf(Locale.ROOT, "%,d uploads and %,d headers, seed %d%n", bodies, headers, seed);
    long began = System.nanoTime();
    String outcome = run(bodies, headers, seed);
    System.out.printf(
        Locale.ROOT, "%s%n%d s%n", outcome, (System.nanoTime() - began) / 1_000_000_000);
    System.exit(0);
  }

  /// Runs the cases on a server of its own and tells how often each status was answered. Throws an
  /// AssertionError for the first case that goes wrong.
  static String run(long bodies, long headers, long seed) throws Exception {
    Map<String, String> settings =
        Map.of(
            "limits.requests_per_second", "1000000",
            "limits.burst", "1000000",
            "server.roles", "api,worker");
    try (TestServer server = TestServer.start(settings)) {
      ServerFuzz fuzz = new ServerFuzz(server, seed);
      fuzz.all(bodies, headers);
      return FuzzClient.told(fuzz.answers);
    }
  }

  private void all(long bodies, long headers) throws Exception {
    AtomicLong next = new AtomicLong();
    try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
      List<Future<Void>> running = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        Callable<Void> work =
            () -> {
              work(next, bodies, bodies + headers);
              return null;
            };
        running.add(clients.submit(work));
      }
      for (Future<Void> one : running) {
        try {
          one.get();
        } catch (ExecutionException failure) {
          clients.shutdownNow();
          throw new AssertionError(failure.getMessage(), failure);
        }
      }
    }
    Eventually.holds("no file stays", () -> server.storedFiles().isEmpty());
    for (String table : List.of("media", "blobs", "scans", "stored_bytes where bytes <> 0")) {
      Eventually.holds("no row stays in " + table, () -> server.count("from " + table) == 0);
    }
  }

  private void work(AtomicLong next, long bodies, long all) throws Exception {
    try (FuzzClient client = new FuzzClient(server, answers)) {
      HeaderCase header = new HeaderCase(client, new SplittableRandom(seed));
      for (long number = next.getAndIncrement(); number < all; number = next.getAndIncrement()) {
        if (number > 0 && number % 20_000 == 0) {
          System.out.printf(Locale.ROOT, "%,d: %s%n", number, FuzzClient.told(answers));
        }
        SplittableRandom random = new SplittableRandom(seed + number);
        try {
          if (number < bodies) {
            UploadCase.run(client, random);
          } else if (random.nextBoolean()) {
            header.range(random);
          } else {
            header.disposition(random);
          }
        } catch (Exception | AssertionError wrong) {
          throw new AssertionError("seed " + (seed + number) + ": " + wrong.getMessage(), wrong);
        }
      }
      header.end();
      client.deleteAll();
    }
  }
}
