package parley.speech.live;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import parley.background.Monitors;
import parley.storage.Spool;
import parley.storage.SpoolFile;

/// What a client has sent and nobody has worked on yet. The connection goes on being read
/// meanwhile, so that pings are answered and the end of the connection is noticed however long the
/// work takes.
///
/// A little is held in memory, more in a file of the spool; when that is full as well, the sender
/// has to wait. For one thread that adds and one that takes.
final class Backlog implements AutoCloseable {
  /// Bytes in memory: two seconds of bare samples at 16 kHz, more than ever waits when a client
  /// streams in real time.
  private static final int MAX_IN_MEMORY = 64 * 1024;

  /// Bytes in the file: more than an hour of the same samples, or ten minutes of stereo at 48 kHz.
  private static final int MAX_IN_FILE = 128 << 20;

  /// Messages, however small: five minutes of the usual 20 ms. What is known of each takes 40
  /// bytes.
  private static final int MAX_MESSAGES = 16_384;

  /// Bytes that a message in memory takes besides its own, at least.
  private static final int OVERHEAD = 128;

  private final Spool spool;
  private final int maxInFile;
  private final Deque<Entry> waiting = new ArrayDeque<>();
  private int inMemory;

  /// Entries that are in the file.
  private int inFile;

  /// Where the first byte of those is, and where the next one goes. The file is a ring: a position
  /// is one modulo `maxInFile`.
  private long fileBegin;

  private long fileEnd;
  private @Nullable SpoolFile file;
  private @Nullable FileChannel reading;
  private boolean closed;

  Backlog(Spool spool) {
    this(spool, MAX_IN_FILE);
  }

  /// @param maxInFile the most bytes in the file; no message is longer
  Backlog(Spool spool, int maxInFile) {
    this.spool = spool;
    this.maxInFile = maxInFile;
  }

  /// What comes next.
  sealed interface Message {}

  record Text(String text) implements Message {}

  record Sound(ByteBuffer bytes, boolean last) implements Message {}

  private sealed interface Entry {}

  /// @param bytes that it takes in memory
  private record Held(Message message, int bytes) implements Entry {}

  /// @param text whether it is a text message
  private record Filed(long from, int bytes, boolean last, boolean text) implements Entry {}

  /// Adds a text message.
  void add(String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    add(new Held(new Text(text), bytes.length + OVERHEAD), bytes, true);
  }

  /// Adds a piece of a binary message; the buffer may be reused after the call.
  void add(ByteBuffer piece, boolean last) throws IOException {
    int count = piece.remaining();
    byte[] bytes = new byte[count];
    piece.get(bytes);
    add(new Held(new Sound(ByteBuffer.wrap(bytes), last), count + OVERHEAD), bytes, last);
  }

  private synchronized void add(Held held, byte[] bytes, boolean last) throws IOException {
    awaitRoom(bytes.length);
    if (inFile == 0 && inMemory + held.bytes() <= MAX_IN_MEMORY) {
      push(held);
    } else if (!closed) {
      push(filed(bytes, last, held.message() instanceof Text));
    }
  }

  /// Waits until all that was added has been worked on.
  synchronized void awaitEmpty() {
    while (!waiting.isEmpty() && !closed) {
      Monitors.awaitUninterruptibly(this);
    }
  }

  /// Whether nothing waits.
  synchronized boolean isEmpty() {
    return waiting.isEmpty();
  }

  /// The next message, which stays until [#done]; null once the backlog is closed.
  synchronized @Nullable Message next() throws IOException {
    while (waiting.isEmpty() && !closed) {
      Monitors.awaitUninterruptibly(this);
    }
    return closed
        ? null
        : switch (waiting.getFirst()) {
          case Held(Message message, int _) -> message;
          case Filed(long from, int bytes, boolean last, boolean text) -> {
            ByteBuffer read = read(from, bytes);
            yield text
                ? new Text(StandardCharsets.UTF_8.decode(read).toString())
                : new Sound(read, last);
          }
        };
  }

  /// Says that the message that [#next] gave has been worked on.
  synchronized void done() {
    switch (waiting.poll()) {
      case Held(Message _, int bytes) -> inMemory -= bytes;
      case Filed filed -> {
        inFile--;
        fileBegin = filed.from() + filed.bytes();
        if (inFile == 0) {
          // So that the file stays small where it is emptied now and then.
          fileBegin = 0;
          fileEnd = 0;
        }
      }
      case null -> {
        // Closed meanwhile.
      }
    }
    notifyAll();
  }

  /// Drops what waits, and takes nothing more.
  @Override
  public synchronized void close() {
    try {
      closed = true;
      waiting.clear();
      notifyAll();
      if (reading != null) {
        reading.close();
      }
      if (file != null) {
        file.close();
      }
    } catch (IOException e) {
      // The spool removes at the next start what cannot be removed now.
    } finally {
      file = null;
      reading = null;
    }
  }

  private void awaitRoom(int bytes) {
    while (!closed && (fileEnd - fileBegin + bytes > maxInFile || waiting.size() >= MAX_MESSAGES)) {
      Monitors.awaitUninterruptibly(this);
    }
  }

  private void push(Entry entry) {
    if (closed) {
      return;
    }
    waiting.add(entry);
    switch (entry) {
      case Held(Message _, int bytes) -> inMemory += bytes;
      case Filed filed -> {
        inFile++;
        fileEnd = filed.from() + filed.bytes();
      }
    }
    notifyAll();
  }

  private Filed filed(byte[] bytes, boolean last, boolean text) throws IOException {
    FileChannel channel = reading;
    if (channel == null) {
      SpoolFile begun = spool.receive();
      file = begun;
      channel = FileChannel.open(begun.path(), StandardOpenOption.READ, StandardOpenOption.WRITE);
      reading = channel;
    }
    for (int done = 0; done < bytes.length; ) {
      long at = fileEnd + done;
      int count = uncut(at, bytes.length - done);
      done += channel.write(ByteBuffer.wrap(bytes, done, count), at % maxInFile);
    }
    return new Filed(fileEnd, bytes.length, last, text);
  }

  /// How many of so many bytes are in one piece in the file, from one of them on.
  private int uncut(long from, int count) {
    return (int) Math.min(count, maxInFile - from % maxInFile);
  }

  private ByteBuffer read(long from, int count) throws IOException {
    FileChannel channel = reading;
    ByteBuffer bytes = ByteBuffer.allocate(count);
    while (channel != null && bytes.hasRemaining()) {
      long at = from + bytes.position();
      bytes.limit(bytes.position() + uncut(at, count - bytes.position()));
      int read = channel.read(bytes, at % maxInFile);
      bytes.limit(count);
      if (read < 0) {
        throw new IOException("the spool has lost the sound of a stream");
      }
    }
    return bytes.flip();
  }
}
