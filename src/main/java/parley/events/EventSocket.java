package parley.events;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.auth.Caller;
import parley.json.Json;
import parley.problem.Problem;
import parley.web.CloseCode;
import parley.web.WebSocket;
import parley.web.WebSocketListener;

/// One connection to the stream: a hello, then the user's events in order, each once. What the
/// client sends is passed over.
///
/// First comes from the database what was behind `since`; then the socket is attached to the feed,
/// whose events wait here until what came between is read, too.
final class EventSocket implements WebSocketListener, Subscriber {
  private static final Logger LOG = LoggerFactory.getLogger(EventSocket.class);
  private static final int READ_AT_ONCE = 200;

  /// A client for which more than this comes while it is still told of the past is behind.
  private static final int MOST_WAITING = 2000;

  /// Messages may be long, and a room's members have each of them wait here but once.
  private static final int MAX_WAITING_CHARS = 1024 * 1024;

  private final EventReader reader;
  private final EventFeed feed;
  private final Caller caller;
  private final Hello hello;
  private final ReentrantLock lock = new ReentrantLock();

  /// What the feed told before the past was told; null from then on.
  private @Nullable Deque<LiveEvent> waiting = new ArrayDeque<>();

  private int waitingChars;

  /// The last event that was sent or passed over. Guarded by the lock once attached.
  private long position;

  private boolean attached;
  private boolean over;
  private volatile @Nullable WebSocket socket;

  /// What the first message tells besides the session.
  record Hello(String serverName, Instant at) {}

  /// @param since the position behind which the events begin
  EventSocket(EventReader reader, EventFeed feed, Caller caller, long since, Hello hello) {
    this.reader = reader;
    this.feed = feed;
    this.caller = caller;
    this.position = since;
    this.hello = hello;
  }

  @Override
  public void opened(WebSocket opened) {
    socket = opened;
    Thread.ofVirtual().name("events-replay").start(() -> begin(opened));
  }

  private void begin(WebSocket opened) {
    feed.replays(this);
    try {
      opened.send(Json.write(hello()));
      if (replay(opened, Long.MAX_VALUE)) {
        long live = feed.attach(this);
        if (isAttached() && replay(opened, live)) {
          goLive(opened);
        }
      }
    } catch (Problem gone) {
      opened.close(CloseCode.POLICY_VIOLATION, gone.message());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException fault) {
      LOG.error("the events behind {} cannot be told", position, fault);
      opened.close(CloseCode.INTERNAL_ERROR, "The server failed; connect again.");
    } finally {
      feed.replayed(this);
    }
  }

  private Map<String, Object> hello() {
    Map<String, Object> message = new LinkedHashMap<>();
    message.put("type", "hello");
    message.put("session_id", UUID.randomUUID().toString());
    message.put("server_name", hello.serverName());
    message.put("tenant_id", caller.tenant().toString());
    message.put("ts", hello.at());
    message.put("stream_position", position);
    return message;
  }

  /// Notes that it is attached; false when the connection was over before.
  private boolean isAttached() {
    lock.lock();
    try {
      attached = !over;
    } finally {
      lock.unlock();
    }
    if (!attached) {
      feed.detach(this);
    }
    return attached;
  }

  /// Sends what the database has, up to and with `upTo`; false when the connection ended.
  private boolean replay(WebSocket to, long upTo) throws InterruptedException {
    boolean more = true;
    while (more && position < upTo) {
      EventPage page = reader.page(caller.tenant(), caller.user(), position, upTo, READ_AT_ONCE);
      for (Event event : page.events()) {
        if (!to.sendPatiently(EventView.message(event))) {
          return false;
        }
      }
      position = page.next();
      more = page.more();
    }
    return true;
  }

  /// Sends what waited; from the moment that nothing waits, events are sent as they come.
  private void goLive(WebSocket to) throws InterruptedException {
    while (true) {
      Deque<LiveEvent> next;
      lock.lock();
      try {
        next = waiting;
        if (next == null || next.isEmpty()) {
          waiting = null;
          return;
        }
        waiting = new ArrayDeque<>();
        waitingChars = 0;
      } finally {
        lock.unlock();
      }
      for (LiveEvent event : next) {
        if (event.position() > position && !to.sendPatiently(event.message())) {
          return;
        }
      }
    }
  }

  @Override
  public Caller caller() {
    return caller;
  }

  @Override
  public void heard(LiveEvent event) {
    WebSocket to = socket;
    if (to == null) {
      return;
    }
    lock.lock();
    try {
      if (waiting == null) {
        if (event.position() > position) {
          to.send(event.message());
        }
      } else if (waiting.size() < MOST_WAITING && waitingChars < MAX_WAITING_CHARS) {
        waiting.add(event);
        waitingChars += event.message().length();
      } else {
        to.close(CloseCode.TRY_AGAIN_LATER, "You are too far behind; go on with 'since'.");
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void revoked() {
    end(CloseCode.POLICY_VIOLATION, "The token is not valid any more.");
  }

  @Override
  public void stopping() {
    end(CloseCode.SERVICE_RESTART, "The server restarts; connect again.");
  }

  private void end(int code, String reason) {
    WebSocket to = socket;
    if (to != null) {
      to.close(code, reason);
    }
  }

  @Override
  public void text(String message) {
    // The stream has nothing to be told.
  }

  @Override
  public void binary(ByteBuffer piece, boolean last) {
    // The stream has nothing to be told.
  }

  @Override
  public void closed(int code) {
    boolean detach;
    lock.lock();
    try {
      over = true;
      detach = attached;
      attached = false;
    } finally {
      lock.unlock();
    }
    if (detach) {
      feed.detach(this);
    }
  }
}
