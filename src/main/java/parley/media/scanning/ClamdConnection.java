package parley.media.scanning;

import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A connection to clamd for a single command, in the null-terminated form (clamd(8)).
///
/// A thread of its own waits for the answer from the start, because clamd answers and closes the
/// connection when it reaches a limit while we are still writing; the writer only sees a broken
/// pipe.
final class ClamdConnection implements AutoCloseable {
  private static final int MAX_ANSWER_BYTES = 4096;

  /// Less than a usual socket buffer; larger chunks would not be faster.
  private static final int CHUNK_BYTES = 64 * 1024;

  private static final Duration PAUSE = Duration.ofMillis(30);

  private final SocketChannel channel;
  private final Thread watch;
  private final CompletableFuture<String> answer = new CompletableFuture<>();
  private long sent;

  private ClamdConnection(SocketChannel channel, Thread watch) {
    this.channel = channel;
    this.watch = watch;
  }

  /// Connects within `connecting`. Closes the connection after `patience`, even if it is in use.
  static ClamdConnection open(ClamdAddress address, Duration connecting, Duration patience)
      throws IOException {
    SocketChannel channel =
        address.isUnix() ? SocketChannel.open(StandardProtocolFamily.UNIX) : SocketChannel.open();
    Thread whileConnecting = closeAfter(connecting, channel);
    try {
      channel.connect(address.resolve());
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e instanceof ClosedChannelException
          ? new IOException("no connection within " + connecting.toSeconds() + " s", e)
          : new IOException(String.valueOf(e.getMessage()), e);
    } finally {
      whileConnecting.interrupt();
    }
    ClamdConnection connection = new ClamdConnection(channel, closeAfter(patience, channel));
    Thread.ofVirtual().name("clamd-answer").start(connection::awaitAnswer);
    return connection;
  }

  private static Thread closeAfter(Duration patience, SocketChannel channel) {
    return Thread.ofVirtual()
        .name("clamd-watch")
        .start(() -> {
          try {
            Thread.sleep(patience);
            channel.close();
          } catch (InterruptedException done) {
            Thread.currentThread().interrupt();
          } catch (IOException e) {
            // Nobody uses the connection any more.
          }
        });
  }

  void command(String name) throws IOException {
    writeFully(ByteBuffer.wrap(("z" + name + "\0").getBytes(StandardCharsets.US_ASCII)));
  }

  /// Sends a stream in length-prefixed chunks, followed by an empty chunk. Stops early when the
  /// answer arrives.
  ///
  /// @param haltFrom after this many bytes, pauses briefly after each chunk, so that clamd's answer
  ///   is read before more is written; [Long#MAX_VALUE] to never pause
  void stream(InputStream content, long haltFrom) throws IOException {
    byte[] chunk = new byte[4 + CHUNK_BYTES];
    int count;
    while (!answer.isDone() && (count = content.read(chunk, 4, CHUNK_BYTES)) > 0) {
      writeFully(ByteBuffer.wrap(chunk, 0, 4 + count).putInt(0, count));
      sent += count;
      if (sent > haltFrom) {
        answerWithin(PAUSE);
      }
    }
    if (!answer.isDone()) {
      writeFully(ByteBuffer.allocate(4));
    }
  }

  /// The number of bytes of the stream that were written.
  long sent() {
    return sent;
  }

  private void writeFully(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /// The answer; empty if clamd closed the connection without one.
  ///
  /// @throws IOException when the connection broke or the time is up
  String answer() throws IOException {
    try {
      return answer.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IOException(String.valueOf(e.getCause()), e);
    }
  }

  /// The answer if it arrives soon, as it does when it caused the write to fail; otherwise empty.
  String answerBehindFailure() throws IOException {
    return answerWithin(Duration.ofSeconds(1));
  }

  private String answerWithin(Duration wait) throws IOException {
    try {
      return answer.get(wait.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (ExecutionException | TimeoutException none) {
      return "";
    }
  }

  private void awaitAnswer() {
    ByteBuffer received = ByteBuffer.allocate(MAX_ANSWER_BYTES);
    try {
      while (received.hasRemaining() && channel.read(received) >= 0) {
        String text = new String(received.array(), 0, received.position(), StandardCharsets.UTF_8);
        int end = text.indexOf('\0');
        if (end >= 0) {
          answer.complete(text.substring(0, end));
          return;
        }
      }
      answer.complete("");
    } catch (ClosedChannelException timeIsOver) {
      answer.completeExceptionally(new IOException("no answer in time", timeIsOver));
    } catch (IOException e) {
      answer.completeExceptionally(e);
    }
  }

  @Override
  public void close() throws IOException {
    watch.interrupt();
    channel.close();
  }
}
