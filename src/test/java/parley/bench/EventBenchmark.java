package parley.bench;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import parley.testing.RealServer;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.web.CloseCode;

/// Delivery of events to many streams: `EventBenchmark STREAMS SECONDS`.
public final class EventBenchmark {
  private static final int WRITERS = 4;
  private static final int CALM_PER_SECOND = 5;

  private final TestCaller admin;
  private final String room;
  private final List<Listener> listeners = new ArrayList<>();

  private EventBenchmark(TestCaller admin, String room) {
    this.admin = admin;
    this.room = room;
  }

  /// Prints the results.
  public static void main(String[] arguments) throws Exception {
    int streams = Integer.parseInt(arguments[0]);
    int seconds = Integer.parseInt(arguments[1]);
    Path folder = Files.createTempDirectory("parley-events-");
    try (RealServer server =
        RealServer.start(
            Files.createDirectory(folder.resolve("data")),
            "PARLEY_SERVER_ROLES=api,worker",
            "PARLEY_LIMITS_REQUESTS_PER_SECOND=1000000",
            "PARLEY_LIMITS_BURST=1000000")) {
      TestCaller admin = server.caller(Objects.requireNonNull(server.key()));
      String room =
          text(
              admin.send(
                  "POST", "/v1/rooms", "{\"room_type\": \"public\", \"name\": \"benchmark\"}"),
              "/data/id");
      EventBenchmark benchmark = new EventBenchmark(admin, room);
      benchmark.connect(server, streams);
      benchmark.calm(seconds);
      benchmark.busy(seconds);
    } finally {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  private static String text(Answer answer, String pointer) {
    if (answer.status() >= 300) {
      throw new IllegalStateException(answer.status() + " " + answer.text());
    }
    return String.valueOf(answer.at(pointer));
  }

  private void connect(RealServer server, int streams)
      throws InterruptedException, ExecutionException {
    List<Future<Listener>> connecting = new ArrayList<>();
    Semaphore turns = new Semaphore(16);
    HttpClient client = HttpClient.newHttpClient();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < streams; i++) {
        String user = "user-" + i;
        connecting.add(
            threads.submit(() -> {
              turns.acquire();
              try {
                String key =
                    text(
                        admin.send(
                            "POST",
                            "/v1/admin/keys",
                            "{\"user\": \"" + user + "\", \"permissions\": [\"rooms\"]}"),
                        "/data/key");
                text(server.caller(key).post("/v1/rooms/" + room + "/join"), "/data/membership");
                Listener listener = new Listener();
                URI address =
                    URI.create(
                        server.address().toString().replaceFirst("http", "ws")
                            + "/v1/stream?token="
                            + key);
                client.newWebSocketBuilder().buildAsync(address, listener).join();
                listener.hello.await();
                return listener;
              } finally {
                turns.release();
              }
            }));
      }
      for (Future<Listener> one : connecting) {
        listeners.add(one.get());
      }
    }
    // Once a message has reached everybody, the events of the joins are out of the way.
    say();
    await(1);
    listeners.forEach(Listener::forget);
    System.out.printf("%d streams of %d users in one room%n", streams, streams);
  }

  private void say() {
    text(
        admin.send(
            "POST",
            "/v1/rooms/" + room + "/send",
            "{\"content\": {\"msgtype\": \"swp.text\", \"body\": \"" + System.nanoTime() + "\"}}"),
        "/data/id");
  }

  private void await(int messages) throws InterruptedException {
    long until = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
    for (Listener listener : listeners) {
      while (listener.count.get() < messages) {
        if (System.nanoTime() > until) {
          throw new IllegalStateException("a stream has only " + listener.count + " messages");
        }
        TimeUnit.MILLISECONDS.sleep(1);
      }
    }
  }

  private void calm(int seconds) throws InterruptedException {
    Duration before = processorTime();
    long start = System.nanoTime();
    int messages = seconds * CALM_PER_SECOND;
    for (int i = 0; i < messages; i++) {
      say();
      long next = start + (i + 1) * TimeUnit.SECONDS.toNanos(1) / CALM_PER_SECOND;
      TimeUnit.NANOSECONDS.sleep(next - System.nanoTime());
    }
    await(messages);
    report("calm", messages, System.nanoTime() - start, before);
  }

  private void busy(int seconds) throws InterruptedException {
    Duration before = processorTime();
    long start = System.nanoTime();
    long until = start + TimeUnit.SECONDS.toNanos(seconds);
    AtomicInteger sent = new AtomicInteger();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < WRITERS; i++) {
        threads.execute(() -> {
          while (System.nanoTime() < until) {
            say();
            sent.incrementAndGet();
          }
        });
      }
    }
    await(sent.get());
    report("flat out, " + WRITERS + " writers", sent.get(), System.nanoTime() - start, before);
  }

  private void report(String name, int messages, long nanos, Duration before) {
    long[] latencies =
        listeners.stream().flatMapToLong(listener -> Arrays.stream(listener.taken())).toArray();
    Arrays.sort(latencies);
    double seconds = nanos / 1e9;
    Duration processor = processorTime().minus(before);
    System.out.printf(
        "%s: %.0f events a second, %.0f deliveries a second; from send to arrival p50 %.0f ms,"
            + " p99 %.0f ms, longest %.0f ms; the server's processor time %.2f s for %d events,"
            + " %.1f µs a delivery%n",
        name,
        messages / seconds,
        latencies.length / seconds,
        latencies[latencies.length / 2] / 1e6,
        latencies[(int) (latencies.length * 0.99)] / 1e6,
        latencies[latencies.length - 1] / 1e6,
        processor.toMillis() / 1000.0,
        messages,
        processor.toNanos() / 1e3 / latencies.length);
    listeners.forEach(Listener::forget);
  }

  /// Processor time of the server and its PostgreSQL, as far as the system reports it.
  private static Duration processorTime() {
    return ProcessHandle.current()
        .descendants()
        .map(process -> process.info().totalCpuDuration().orElse(Duration.ZERO))
        .reduce(Duration.ZERO, Duration::plus);
  }

  /// One stream and the latency of each message.
  private static final class Listener implements WebSocket.Listener {
    private static final String BODY = "\"body\":\"";

    final CountDownLatch hello = new CountDownLatch(1);
    final AtomicInteger count = new AtomicInteger();
    private final StringBuilder partial = new StringBuilder();
    private long[] latencies = new long[1024];

    @Override
    public synchronized @Nullable CompletionStage<?> onText(
        WebSocket socket, CharSequence piece, boolean last) {
      long now = System.nanoTime();
      partial.append(piece);
      if (last) {
        String text = partial.toString();
        partial.setLength(0);
        int body = text.indexOf(BODY);
        if (body >= 0) {
          int from = body + BODY.length();
          add(now - Long.parseLong(text.substring(from, text.indexOf('"', from))));
        } else {
          hello.countDown();
        }
      }
      socket.request(1);
      return null;
    }

    private void add(long latency) {
      int next = count.get();
      if (next == latencies.length) {
        latencies = Arrays.copyOf(latencies, 2 * next);
      }
      latencies[next] = latency;
      count.incrementAndGet();
    }

    synchronized long[] taken() {
      return Arrays.copyOf(latencies, count.get());
    }

    synchronized void forget() {
      count.set(0);
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      if (code != CloseCode.SERVICE_RESTART) {
        System.err.println("a stream was closed: " + code + " " + reason);
      }
      return null;
    }
  }
}
