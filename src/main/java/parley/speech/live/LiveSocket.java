package parley.speech.live;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.auth.Caller;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.text.LongText;
import parley.web.CloseCode;
import parley.web.WebSocket;
import parley.web.WebSocketListener;

/// One connection: what its client says in its dialect, and how it ends. However it ends, it ends
/// once, in this order: the last final captions, the entry on the meter, `closed` or `error`, the
/// close.
public final class LiveSocket implements WebSocketListener, LiveSession {
  private static final Logger LOG = LoggerFactory.getLogger(LiveSocket.class);

  /// How long the last message may take to go out; after that the peer counts as gone.
  private static final Duration LAST_SEND = Duration.ofSeconds(35);

  private final LiveStreams streams;
  private final Caller caller;
  private final LiveProtocol protocol;

  private final SocketStream stream;
  private final LiveInput input;

  /// Held while something that came is worked on.
  private final ReentrantLock working = new ReentrantLock();

  /// Held while messages are written and queued, so that they are sent in the order of writing.
  private final ReentrantLock writing = new ReentrantLock();

  private final AtomicBoolean ended = new AtomicBoolean();
  private final CountDownLatch over = new CountDownLatch(1);
  private volatile @Nullable WebSocket socket;
  private volatile boolean stopping;
  private volatile long lastMessage = System.nanoTime();

  /// Makes the listener of a connection, which carries one stream at a time.
  public static LiveSocket accept(LiveStreams streams, Caller caller, LiveProtocol protocol) {
    return new LiveSocket(streams, caller, protocol);
  }

  private LiveSocket(LiveStreams streams, Caller caller, LiveProtocol protocol) {
    this.streams = streams;
    this.caller = caller;
    this.protocol = protocol;
    this.stream = new SocketStream(streams, this, this::send, this::endBeside);
    this.input =
        new LiveInput(streams.captioners().spool(), protocol, this, this::work, this::endBeside);
  }

  Caller caller() {
    return caller;
  }

  /// How long nothing has come, also no ping; zero while something is worked on.
  Duration idle() {
    WebSocket peer = socket;
    if (working.isLocked() || !input.isEmpty() || ended.get() || peer == null) {
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
    reply(protocol::opened);
    input.start();
  }

  @Override
  public Optional<LongText> longText() {
    return protocol.longText(input);
  }

  @Override
  public void text(String message) {
    if (!ended.get()) {
      protocol.receive(message, input);
    }
  }

  @Override
  public void binary(ByteBuffer piece, boolean last) {
    if (!ended.get()) {
      protocol.receive(piece, last, input);
    }
  }

  @Override
  public void closing() {
    input.awaitLast();
  }

  @Override
  public void stopping(WebSocket stopped) {
    stopping = true;
    endBeside(null);
  }

  /// What was said last is not written any more: nobody may read it.
  @Override
  public void revoked(WebSocket opened) {
    stream.abandon();
    endBeside(new Problem(ProblemCode.TOKEN_INVALID, "The token is not valid any more."));
  }

  @Override
  public void closed(int code) {
    over.countDown();
    streams.disconnected(this);
    abandon();
    input.close();
  }

  /// Ends without another word, as when the client has gone.
  void abandon() {
    // Whoever waits for room among the final captions, or for a relay, waits no longer: also where
    // the stream is being ended.
    stream.abandon();
    endBeside(null);
  }

  void endIdle() {
    endBeside(new Problem(ProblemCode.STREAM_IDLE, "Nothing has come for too long."));
  }

  @Override
  public void control(Control control) throws IOException {
    if (ended.get()) {
      return;
    }
    switch (control) {
      case Control.Open open -> stream.open(open);
      case Control.Flush flush -> stream.flush(flush.exactly());
      case Control.End end -> stream.end();
      case Control.KeepAlive keepAlive -> {
        // That it came is all it says.
      }
      case Control.Close close -> end(null);
    }
  }

  @Override
  public void sound(ByteBuffer bytes) throws IOException {
    if (!ended.get()) {
      stream.write(bytes);
    }
  }

  private void work(LiveInput.Reading reading) {
    working.lock();
    try {
      if (!ended.get()) {
        reading.read();
      }
    } catch (Problem problem) {
      end(problem);
    } catch (IOException | RuntimeException fault) {
      end(LiveFaults.problem(fault));
    } finally {
      lastMessage = System.nanoTime();
      working.unlock();
    }
  }

  @Override
  public void reply(Supplier<List<String>> messages) {
    send(messages);
  }

  private boolean send(LiveFrame frame) {
    return send(() -> protocol.write(frame));
  }

  private boolean send(Supplier<List<String>> messages) {
    WebSocket peer = socket;
    writing.lock();
    try {
      return peer != null && messages.get().stream().allMatch(peer::send);
    } finally {
      writing.unlock();
    }
  }

  /// As [#end], without waiting for it.
  private void endBeside(@Nullable Problem problem) {
    if (!ended.get()) {
      Thread.ofVirtual()
          .name("live-ending")
          .start(() -> {
            working.lock();
            try {
              end(problem);
            } finally {
              working.unlock();
            }
          });
    }
  }

  /// Ends the stream and the connection, with `working` held.
  ///
  /// @param problem why; null when all is well
  private void end(@Nullable Problem problem) {
    if (ended.get()) {
      return;
    }
    try {
      @Nullable Problem fault = stream.finish(this::readTheRest);
      ended.set(true);
      Problem told = problem == null ? fault : problem;
      send(told == null ? stream.closed() : new LiveFrame.Failed(told));
      WebSocket peer = socket;
      if (peer != null) {
        close(peer, told);
        if (!over.await(LAST_SEND.toMillis(), TimeUnit.MILLISECONDS)) {
          LOG.debug("a peer did not take our close");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void readTheRest(LiveStream now) throws IOException, InterruptedException {
    try {
      input.finish();
    } finally {
      ended.set(true);
      now.finish();
    }
  }

  private void close(WebSocket peer, @Nullable Problem problem) {
    if (problem != null) {
      peer.close(protocol.closeCode(problem), protocol.closeReason(problem));
    } else if (stopping) {
      peer.close(CloseCode.SERVICE_RESTART, "The server restarts; connect again.");
    } else {
      peer.close(CloseCode.NORMAL, "");
    }
  }
}
