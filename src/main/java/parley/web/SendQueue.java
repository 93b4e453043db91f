package parley.web;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The bounded queue of messages to be sent over a WebSocket. If it overflows, its messages are
/// dropped and the connection closes with 1013. Thread-safe.
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

  /// What to send next.
  sealed interface Outgoing {}

  record Text(String message) implements Outgoing {}

  record Close(int code, String reason) implements Outgoing {}

  /// Holds up to `maxChars` characters, or a single longer message, if memory can be reserved.
  SendQueue(int maxChars, ResourceLimiter.Reservation room) {
    this.maxChars = maxChars;
    this.room = room;
  }

  /// Adds a message; returns false if the queue is closed or this message overflows it.
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

  /// Waits until the queue is less than half full and adds a message; returns false if the queue is
  /// closed.
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

  /// Closes the queue and drops its messages.
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

  /// The worst case of a string's memory.
  private static long bytes(String message) {
    return 2L * message.length();
  }

  /// Closes the queue; its messages are still sent. Only the first call counts.
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

  /// Returns what to send next; null if nothing comes within `wait`. Once the messages of a closed
  /// queue are sent, always returns the close.
  @Nullable Outgoing next(Duration wait) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      // The previous message has been sent.
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
