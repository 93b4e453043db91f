package parley.speech.live;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.auth.Caller;
import parley.json.Json;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.tenants.TenantId;
import parley.web.CloseCode;
import parley.web.WebSocket;
import parley.web.WebSocketListener;

/// One connection: what its client says, and how it ends. However it ends, it ends once, in this
/// order: the last final texts, the entry on the meter, `closed` or `error`, the close.
final class LiveSocket implements WebSocketListener, StreamReader.Found {
  private static final Logger LOG = LoggerFactory.getLogger(LiveSocket.class);

  /// As long as a message may take to go out; then the peer counts as gone.
  private static final Duration LAST_SEND = Duration.ofSeconds(35);

  private final LiveStreams streams;
  private final Caller caller;
  private final UUID id = UUID.randomUUID();
  private final StreamReader reader = new StreamReader(this);
  private final Backlog backlog;

  private final LastLine lastLine = new LastLine();

  /// Held while something that came is worked on.
  private final ReentrantLock input = new ReentrantLock();

  private final AtomicBoolean ended = new AtomicBoolean();
  private final CountDownLatch over = new CountDownLatch(1);
  private volatile @Nullable WebSocket socket;
  private volatile @Nullable Running running;
  private volatile long lastMessage = System.nanoTime();
  private final AtomicLong audioBytes = new AtomicLong();

  private record Running(LiveStream stream, Captioners.Chosen chosen) {}

  LiveSocket(LiveStreams streams, Caller caller) {
    this.streams = streams;
    this.caller = caller;
    this.backlog = new Backlog(streams.captioners().spool());
  }

  TenantId tenant() {
    return caller.tenant();
  }

  /// How much audio was heard.
  Duration audio() {
    Running now = running;
    return now == null ? Duration.ZERO : now.stream().audio();
  }

  /// How long nothing has come, also no ping; zero while something is worked on.
  Duration idle() {
    WebSocket peer = socket;
    if (input.isLocked() || !backlog.isEmpty() || ended.get() || peer == null) {
      return Duration.ZERO;
    }
    Duration silent = Duration.ofNanos(System.nanoTime() - lastMessage);
    return peer.sincePing().filter(ping -> ping.compareTo(silent) < 0).orElse(silent);
  }

  @Override
  public void opened(WebSocket opened) {
    socket = opened;
    lastMessage = System.nanoTime();
    streams.connected(this);
    Thread.ofVirtual().name("live-input").start(this::takeAll);
  }

  @Override
  public void text(String message) {
    if (!ended.get()) {
      backlog.add(message);
    }
  }

  @Override
  public void binary(ByteBuffer piece, boolean last) {
    if (ended.get()) {
      return;
    }
    boolean closing = lastLine.closes(piece, last);
    try {
      backlog.add(piece, last);
    } catch (IOException fault) {
      LOG.error("a stream's sound could not be kept until there is time for it", fault);
      endBeside(Ending.of(new Problem(ProblemCode.INTERNAL, "The server failed.")));
    } catch (Problem full) {
      endBeside(Ending.of(full));
    }
    if (closing) {
      // A pipe closes its connection behind its last line. Reading that would end the sending, so
      // nothing more is read until the last texts are out. Who sends text messages waits for them.
      backlog.awaitEmpty();
    }
  }

  private void takeAll() {
    try {
      for (Backlog.Message next = backlog.next(); next != null; next = backlog.next()) {
        switch (next) {
          case Backlog.Text(String text) -> take(() -> reader.text(text));
          case Backlog.Sound(ByteBuffer bytes, boolean last) ->
              take(() -> reader.binary(bytes, last));
        }
        backlog.done();
      }
    } catch (IOException fault) {
      LOG.error("a stream's sound is lost", fault);
      endBeside(Ending.of(new Problem(ProblemCode.INTERNAL, "The server failed.")));
    }
  }

  @Override
  public void stopping(WebSocket stopped) {
    endBeside(new Ending(CloseCode.SERVICE_RESTART, "The server restarts; connect again.", null));
  }

  /// What was said last is not written any more: nobody may read it.
  @Override
  public void revoked(WebSocket opened) {
    Running now = running;
    if (now != null) {
      now.stream().abandon();
    }
    endBeside(
        Ending.of(new Problem(ProblemCode.TOKEN_INVALID, "The token is not valid any more.")));
  }

  @Override
  public void closed(int code) {
    over.countDown();
    streams.disconnected(this);
    abandon();
    backlog.close();
  }

  /// Ends without another word, as when the client has gone.
  void abandon() {
    Running now = running;
    if (now != null) {
      // Whoever waits for room among the final texts, or for a relay, waits no longer: also where
      // the stream is being ended.
      now.stream().abandon();
    }
    endBeside(Ending.NORMAL);
  }

  void endIdle() {
    endBeside(Ending.of(new Problem(ProblemCode.STREAM_IDLE, "Nothing has come for too long.")));
  }

  @Override
  public void control(Control control) {
    if (ended.get()) {
      return;
    }
    Running now = running;
    switch (control) {
      case Control.Open open when now == null -> open(open);
      case Control.Open open ->
          throw new Problem(ProblemCode.VALIDATION, "The stream is open already.");
      case Control.Flush flush when now != null -> now.stream().flush();
      case Control.Flush flush -> throw notOpen();
      case Control.KeepAlive keepAlive -> {
        // That it came is all it says.
      }
      case Control.Close close -> end(Ending.NORMAL);
    }
  }

  @Override
  public void sound(ByteBuffer bytes) {
    if (ended.get()) {
      return;
    }
    Running now = running;
    if (now == null) {
      throw notOpen();
    }
    audioBytes.addAndGet(bytes.remaining());
    try {
      now.stream().write(bytes);
    } catch (IOException fault) {
      throw LiveFaults.problem(fault);
    }
  }

  private static Problem notOpen() {
    return new Problem(
        ProblemCode.VALIDATION, "The first message is {\"type\": \"open\", \"media_type\": …}.");
  }

  private interface Reading {
    void read();
  }

  private void take(Reading reading) {
    input.lock();
    try {
      if (!ended.get()) {
        reading.read();
      }
    } catch (Problem problem) {
      end(Ending.of(problem));
    } catch (RuntimeException fault) {
      end(Ending.of(LiveFaults.problem(fault)));
    } finally {
      lastMessage = System.nanoTime();
      input.unlock();
    }
  }

  private void open(Control.Open open) {
    Captioners.Chosen chosen = streams.admit(this, caller, open);
    try {
      LiveStream stream =
          LiveStream.open(
              new LiveStream.Parts(
                  chosen,
                  open.language(),
                  streams.limits().maxAudio(),
                  audio -> streams.meter(streams.call(caller, id, chosen, audio, Duration.ZERO)),
                  this::send,
                  problem -> endBeside(Ending.of(problem))),
              streams.captioners(),
              open.media());
      running = new Running(stream, chosen);
      send(new LiveFrame.Ready(chosen.backend(), id));
    } catch (IOException fault) {
      throw LiveFaults.problem(fault);
    } finally {
      if (running == null) {
        streams.ended(this, null);
      }
    }
  }

  private boolean send(LiveFrame frame) {
    WebSocket peer = socket;
    return peer != null && peer.send(Json.write(frame));
  }

  private void endBeside(Ending ending) {
    if (!ended.get()) {
      Thread.ofVirtual()
          .name("live-ending")
          .start(() -> {
            input.lock();
            try {
              end(ending);
            } finally {
              input.unlock();
            }
          });
    }
  }

  /// Ends the stream and the connection, with the input held.
  private void end(Ending ending) {
    if (!ended.compareAndSet(false, true)) {
      return;
    }
    try {
      @Nullable Problem fault = finish();
      Problem problem = ending.problem() == null ? fault : ending.problem();
      send(problem == null ? closed() : new LiveFrame.Error(problem));
      WebSocket peer = socket;
      if (peer != null) {
        Ending last = problem == null ? ending : Ending.of(problem);
        peer.close(last.code(), last.reason());
        if (!over.await(LAST_SEND.toMillis(), TimeUnit.MILLISECONDS)) {
          LOG.debug("a peer did not take our close");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Waits for the last final texts and meters; answers what went wrong.
  private @Nullable Problem finish() throws InterruptedException {
    Running now = running;
    if (now == null) {
      return null;
    }
    long began = System.nanoTime();
    Problem problem = null;
    try {
      reader.end();
      now.stream().finish();
    } catch (Problem wrong) {
      problem = wrong;
    } catch (IOException | RuntimeException fault) {
      problem = LiveFaults.problem(fault);
    } finally {
      now.stream().close();
      Duration audio = now.stream().audio();
      Duration latency = Duration.ofNanos(System.nanoTime() - began);
      streams.ended(
          this, audio.isZero() ? null : streams.call(caller, id, now.chosen(), audio, latency));
    }
    return problem;
  }

  private LiveFrame closed() {
    Running now = running;
    return new LiveFrame.Closed(
        audioBytes.get(), audio(), now == null ? null : now.stream().language());
  }
}
