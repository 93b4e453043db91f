package parley.speech.live;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.auth.Caller;
import parley.db.Database;
import parley.metering.Meter;
import parley.metering.MeterEntry;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.speech.Backend;
import parley.speech.Tariff;
import parley.speech.TenantPolicies;
import parley.speech.engine.LiveEngine;
import parley.tenants.TenantId;

/// All streams of this node: admits them within the limits, the tenants' policies and budgets, ends
/// the idle ones, and meters each once.
public final class LiveStreams implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LiveStreams.class);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(250);

  /// How long the last streams may take to end when the server stops, beyond the server's own wait.
  private static final Duration LAST_WAIT = Duration.ofSeconds(10);

  private final Captioners captioners;
  private final TenantPolicies policies;
  private final Meter meter;
  private final Database database;
  private final Tariff tariff;
  private final LiveLimits limits;
  private final Clock clock;

  /// All connections, and those of them on which a stream runs.
  private final Set<LiveSocket> connected = ConcurrentHashMap.newKeySet();

  private final Set<LiveSocket> streaming = ConcurrentHashMap.newKeySet();
  private @Nullable Thread watch;

  public LiveStreams(
      Captioners captioners,
      TenantPolicies policies,
      Meter meter,
      Database database,
      Tariff tariff,
      LiveLimits limits,
      Clock clock) {
    this.captioners = captioners;
    this.policies = policies;
    this.meter = meter;
    this.database = database;
    this.tariff = tariff;
    this.limits = limits;
    this.clock = clock;
  }

  /// Begins to look after idle streams; to be called once.
  public void start() {
    watch = Thread.ofVirtual().name("live-watch").start(this::watch);
  }

  /// How many streams run.
  public int count() {
    return streaming.size();
  }

  Captioners captioners() {
    return captioners;
  }

  LiveLimits limits() {
    return limits;
  }

  /// What was decided for a stream.
  ///
  /// @param partials null when no guesses are wanted or the policy keeps the sound from the engine
  record Admission(Captioners.Chosen chosen, @Nullable LiveEngine partials) {}

  void connected(LiveSocket socket) {
    connected.add(socket);
  }

  void disconnected(LiveSocket socket) {
    connected.remove(socket);
  }

  /// Lets a stream begin, which is to be ended with [#ended].
  ///
  /// @throws Problem BACKEND_NOT_ALLOWED, BACKEND_UNAVAILABLE, BUDGET_EXCEEDED or TOO_MANY_STREAMS
  Admission admit(LiveSocket socket, Caller caller, Control.Open open) {
    List<Backend> order = policies.of(caller.tenant()).order(open.preference());
    Captioners.Chosen chosen = captioners.choose(order);
    if (isSpent(caller.tenant())) {
      throw Meter.exceeded();
    }
    synchronized (streaming) {
      if (of(caller.tenant()).size() >= limits.streamsPerTenant()
          || streaming.size() >= limits.streams()) {
        throw new Problem(
            ProblemCode.TOO_MANY_STREAMS, "As many streams run as may at the same time.");
      }
      streaming.add(socket);
    }
    boolean guesses = open.interim() && order.contains(Backend.A);
    return new Admission(chosen, guesses ? captioners.models() : null);
  }

  /// Meters a stream that has ended, unless nothing was heard.
  void ended(LiveSocket socket, @Nullable MeterEntry call) {
    try {
      if (call != null) {
        database.useTransaction(transaction -> meter.recordProgress(transaction, call));
      }
    } catch (RuntimeException fault) {
      LOG.error("a stream could not be metered: {}", call, fault);
    } finally {
      streaming.remove(socket);
    }
  }

  MeterEntry call(
      Caller caller, UUID stream, Captioners.Chosen chosen, Duration audio, Duration latency) {
    return new MeterEntry(
        caller.tenant(),
        caller.user(),
        stream,
        chosen.backend().name(),
        chosen.model(),
        audio,
        latency,
        tariff.cost(chosen.backend(), audio),
        clock.instant());
  }

  /// Meters what a stream has heard so far, which a crash of this node does not undo then.
  ///
  /// @throws Problem BUDGET_EXCEEDED when nothing is left of the tenant's budget
  void heard(MeterEntry call) {
    database.useTransaction(transaction -> meter.recordProgress(transaction, call));
    if (isSpent(call.tenant())) {
      throw Meter.exceeded();
    }
  }

  private boolean isSpent(TenantId tenant) {
    return meter.remaining(tenant).filter(Duration::isZero).isPresent();
  }

  private List<LiveSocket> of(TenantId tenant) {
    return streaming.stream().filter(socket -> socket.tenant().equals(tenant)).toList();
  }

  private void watch() {
    try {
      while (true) {
        Thread.sleep(BETWEEN_LOOKS);
        for (LiveSocket socket : connected) {
          if (socket.idle().compareTo(limits.idle()) > 0) {
            socket.endIdle();
          }
        }
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  /// Waits for the last streams to be metered. No new ones may come.
  @Override
  public void close() {
    Thread running = watch;
    if (running != null) {
      running.interrupt();
    }
    long until = System.nanoTime() + LAST_WAIT.toNanos();
    connected.forEach(LiveSocket::abandon);
    try {
      while (!streaming.isEmpty() && System.nanoTime() < until) {
        Thread.sleep(20);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
