package parley.web;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// What waits to be sent over one WebSocket: never more than a bound. A peer that lets it fill up
/// is given up with 1013, and what waited for it is dropped. For any thread.
final class SendQueue {
  private final int maxChars;
  private final ResourceLimiter.Reservation room;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Condition drained = lock.newCondition();
  private final Deque<String> waiting = new ArrayDeque<>();
  private int chars;
  private long sending;
  private @Nullable Close close;

  /// What goes out next.
  sealed interface Outgoing {}

  record Text(String message) implements Outgoing {}

  record Close(int code, String reason) implements Outgoing {}

  /// Keeps up to `maxChars` characters, and one message however long, if there is `room` for it.
  SendQueue(int maxChars, ResourceLimiter.Reservation room) {
    this.maxChars = maxChars;
    this.room = room;
  }

  /// Adds a message; false when nothing is taken any more, or no longer because of it.
  boolean offer(String message) {
    lock.lock();
    try {
      if (close != null) {
        return false;
      }
      if ((!waiting.isEmpty() && chars + message.length() > maxChars)
          || !room.tryReserve(bytes(message))) {
        discard(new Close(CloseCode.TRY_AGAIN_LATER, "The client reads too slowly."));
        return false;
      }
      waiting.add(message);
      chars += message.length();
      changed.signal();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /// Adds a message as soon as no more than half of the bound waits; false when nothing is taken
  /// any more.
  boolean offerBlocking(String message) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (close == null && !waiting.isEmpty() && chars + message.length() > maxChars / 2) {
        drained.await();
      }
      return offer(message);
    } finally {
      lock.unlock();
    }
  }

  /// Takes nothing more and keeps nothing.
  void drop() {
    lock.lock();
    try {
      discard(close == null ? new Close(CloseCode.NORMAL, "") : close);
    } finally {
      lock.unlock();
    }
  }

  private void discard(Close reason) {
    waiting.clear();
    chars = 0;
    room.close();
    sending = 0;
    close = reason;
    changed.signal();
    drained.signalAll();
  }

  /// As Java keeps a text in the worst case.
  private static long bytes(String message) {
    return 2L * message.length();
  }

  /// Takes nothing more; what waits is sent first. Only the first close counts.
  void close(int code, String reason) {
    lock.lock();
    try {
      if (close == null) {
        close = new Close(code, reason);
        changed.signal();
        drained.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /// What goes out next; null when nothing came within `wait`. After the close there is only that.
  @Nullable Outgoing next(Duration wait) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      // Until now the one before was still kept.
      room.release(sending);
      sending = 0;
      long left = wait.toNanos();
      while (waiting.isEmpty() && close == null && left > 0) {
        left = changed.awaitNanos(left);
      }
      String message = waiting.poll();
      if (message == null) {
        return close;
      }
      chars -= message.length();
      sending = bytes(message);
      drained.signalAll();
      return new Text(message);
    } finally {
      lock.unlock();
    }
  }
}
