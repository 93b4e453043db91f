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

/// One connection to clamd for one command, in the form that ends with a zero byte (clamd(8)).
///
/// The answer is awaited by a thread of its own from the start, because clamd answers and closes
/// while we still write when it has had enough; by then a broken pipe is all that the writer sees.
final class ClamdConnection implements AutoCloseable {
  private static final int LONGEST_ANSWER = 4096;

  /// Less than a socket's usual buffer; larger pieces gain nothing.
  private static final int PIECE_BYTES = 64 * 1024;

  private final SocketChannel channel;
  private final Thread watch;
  private final CompletableFuture<String> answer = new CompletableFuture<>();

  private ClamdConnection(SocketChannel channel, Thread watch) {
    this.channel = channel;
    this.watch = watch;
  }

  /// Connects within `connecting`; everything after that has to be done within `patience`, when the
  /// connection is closed under whoever still uses it.
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
            // It is closed for all that anyone can still do with it.
          }
        });
  }

  void command(String name) throws IOException {
    writeFully(ByteBuffer.wrap(("z" + name + "\0").getBytes(StandardCharsets.US_ASCII)));
  }

  /// Sends a stream in pieces, each behind its length, and the empty piece that ends it. Stops
  /// early when the answer is there already.
  void stream(InputStream content) throws IOException {
    byte[] piece = new byte[4 + PIECE_BYTES];
    int count;
    while (!answer.isDone() && (count = content.read(piece, 4, PIECE_BYTES)) > 0) {
      writeFully(ByteBuffer.wrap(piece, 0, 4 + count).putInt(0, count));
    }
    if (!answer.isDone()) {
      writeFully(ByteBuffer.allocate(4));
    }
  }

  private void writeFully(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /// The answer without its ending; empty when clamd closed the connection without one.
  ///
  /// @throws IOException when the connection broke or the time is over
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

  /// The answer if it comes within a moment, as it does when it caused the writing to fail; else
  /// empty.
  String answerBehindFailure() throws IOException {
    try {
      return answer.get(1, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (ExecutionException | TimeoutException none) {
      return "";
    }
  }

  private void awaitAnswer() {
    ByteBuffer received = ByteBuffer.allocate(LONGEST_ANSWER);
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
