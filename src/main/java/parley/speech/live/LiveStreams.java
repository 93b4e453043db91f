package parley.speech.live;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.auth.Caller;
import parley.background.PeriodicWork;
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

  private final Set<LiveSocket> connected = ConcurrentHashMap.newKeySet();

  /// The connections on which a stream runs, with what it takes. Guarded by itself where it
  /// changes.
  private final Map<LiveSocket, Share> streaming = new ConcurrentHashMap<>();

  private final PeriodicWork background = new PeriodicWork();

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
    background.every(BETWEEN_LOOKS, "live-idle", this::endIdle);
  }

  /// How many streams run.
  public int count() {
    return streaming.size();
  }

  /// How many processors they take while everybody speaks.
  public double processorsNeeded() {
    return streaming.values().stream().mapToDouble(Share::processors).sum();
  }

  /// What a stream takes.
  ///
  /// @param places of those for which there is memory
  /// @param quick whether the quick model makes its captions
  private record Share(int places, LiveEngine engine, boolean quick) {
    double processors() {
      return engine.need(quick);
    }
  }

  Captioners captioners() {
    return captioners;
  }

  LiveLimits limits() {
    return limits;
  }

  void connected(LiveSocket socket) {
    connected.add(socket);
  }

  void disconnected(LiveSocket socket) {
    connected.remove(socket);
  }

  /// A stream that may begin.
  ///
  /// @param diarisation empty where speakers are not distinguished
  record Admission(Captioners.Chosen chosen, Optional<LiveDiarisation.Request> diarisation) {}

  /// Lets a stream begin, which is to be ended with [#ended].
  ///
  /// @throws Problem BACKEND_NOT_ALLOWED, BACKEND_UNAVAILABLE, BUDGET_EXCEEDED or TOO_MANY_STREAMS,
  ///   or as [LiveDiarisation#request]
  Admission admit(LiveSocket socket, Caller caller, Control.Open open) {
    List<Backend> order = policies.of(caller.tenant()).order(open.preference());
    Captioners.Chosen chosen = captioners.choose(caller.tenant(), order, open);
    Optional<LiveDiarisation.Request> diarisation = captioners.diarisation().request(caller, open);
    if (isSpent(caller.tenant())) {
      throw Meter.exceeded();
    }
    int places = diarisation.isPresent() ? 2 : 1;
    Share share = new Share(places, chosen.engine(), chosen.mayBeQuick(open.language()));
    synchronized (streaming) {
      int taken = streaming.values().stream().mapToInt(Share::places).sum();
      long own = running(caller.tenant());
      // Who has streams leaves room for one of somebody who has none.
      int left = own == 0 ? 0 : 1;
      if (own >= limits.streamsPerTenant()
          || streaming.size() + left >= limits.streams()
          || (taken > 0 && taken + places + left > limits.places())) {
        throw new Problem(
            ProblemCode.TOO_MANY_STREAMS, "As many streams run as may at the same time.");
      }
      requireTimeFor(share, 1 + left);
      streaming.put(socket, share);
    }
    return new Admission(chosen, diarisation);
  }

  /// Refuses a stream if so many of its kind would make the captions of all late.
  private void requireTimeFor(Share share, int streams) {
    boolean full = processorsNeeded() + streams * share.processors() > share.engine().processors();
    if (!streaming.isEmpty() && (full || share.engine().isBehind(share.quick()))) {
      throw new Problem(
          ProblemCode.TOO_MANY_STREAMS,
          "The server cannot make the captions of another stream in time; try again later.");
    }
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
      synchronized (streaming) {
        streaming.remove(socket);
        streaming.notifyAll();
      }
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
  /// @throws Problem BUDGET_EXCEEDED when nothing is left of the tenant's budget,
  ///   BACKEND_NOT_ALLOWED when its policy excludes a backend that hears the stream
  void meter(MeterEntry call, Captioners.Chosen chosen) {
    database.useTransaction(transaction -> meter.recordProgress(transaction, call));
    if (isSpent(call.tenant())) {
      throw Meter.exceeded();
    }
    policies.of(call.tenant()).requireAll(chosen.hearers());
  }

  private boolean isSpent(TenantId tenant) {
    return meter.remaining(tenant).filter(Duration::isZero).isPresent();
  }

  private long running(TenantId tenant) {
    return streaming.keySet().stream()
        .filter(socket -> socket.caller().tenant().equals(tenant))
        .count();
  }

  private void endIdle() {
    for (LiveSocket socket : connected) {
      if (socket.idle().compareTo(limits.idle()) > 0) {
        socket.endIdle();
      }
    }
  }

  /// Waits for the last streams to be metered. No new ones may come.
  @Override
  public void close() {
    background.close();
    long until = System.nanoTime() + LAST_WAIT.toNanos();
    connected.forEach(LiveSocket::abandon);
    try {
      synchronized (streaming) {
        for (long left = LAST_WAIT.toMillis();
            left > 0 && !streaming.isEmpty();
            left = (until - System.nanoTime()) / 1_000_000) {
          streaming.wait(left);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
