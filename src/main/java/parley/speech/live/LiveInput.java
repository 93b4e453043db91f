package parley.speech.live;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import parley.problem.Problem;
import parley.storage.Spool;

/// What a connection's client sends: kept in a [Backlog] and read by a thread of its own, so that
/// the connection goes on being read.
final class LiveInput implements LiveInbox, AutoCloseable {
  /// Something to read.
  interface Reading {
    void read() throws IOException;
  }

  private final Backlog backlog;
  private final LiveProtocol protocol;
  private final LiveSession session;
  private final Consumer<Reading> worker;
  private final Consumer<Problem> onFault;
  private volatile boolean complete;

  /// @param worker reads each message, on this input's thread
  /// @param onFault told when what came is lost
  LiveInput(
      Spool spool,
      LiveProtocol protocol,
      LiveSession session,
      Consumer<Reading> worker,
      Consumer<Problem> onFault) {
    this.backlog = new Backlog(spool);
    this.protocol = protocol;
    this.session = session;
    this.worker = worker;
    this.onFault = onFault;
  }

  void start() {
    Thread.ofVirtual().name("live-input").start(this::readAll);
  }

  /// Whether all that came has been worked on.
  boolean isEmpty() {
    return backlog.isEmpty();
  }

  @Override
  public void text(String message) {
    add(() -> backlog.add(message));
  }

  @Override
  public void binary(ByteBuffer piece, boolean last) {
    add(() -> backlog.add(piece, last));
  }

  @Override
  public void reply(Supplier<List<String>> messages) {
    session.reply(messages);
  }

  @Override
  public void lastCame() {
    complete = true;
  }

  /// Waits until everything that came has been read, if it is all that the client had to send.
  void awaitLast() {
    if (complete) {
      backlog.awaitEmpty();
    }
  }

  private void add(Reading message) {
    try {
      message.read();
    } catch (IOException fault) {
      onFault.accept(LiveFaults.problem(fault));
    } catch (Problem full) {
      onFault.accept(full);
    }
  }

  private void readAll() {
    try {
      for (Backlog.Message next = backlog.next(); next != null; next = backlog.next()) {
        switch (next) {
          case Backlog.Text(String text) -> worker.accept(() -> protocol.read(text, session));
          case Backlog.Sound(ByteBuffer bytes, boolean last) ->
              worker.accept(() -> protocol.read(bytes, last, session));
        }
        backlog.done();
      }
    } catch (IOException fault) {
      onFault.accept(LiveFaults.problem(fault));
    }
  }

  /// Reads what was held back: nothing more will come.
  void finish() throws IOException {
    protocol.readRest(session);
  }

  @Override
  public void close() {
    backlog.close();
  }
}
