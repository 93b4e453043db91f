package parley.speech.live;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import parley.problem.Problem;
import parley.storage.Spool;

/// What a connection's client sends: kept in a [Backlog], told apart by a [StreamReader], and
/// worked on by a thread of its own, so that the connection goes on being read.
final class LiveInput implements AutoCloseable {
  /// Something to read.
  interface Reading {
    void read() throws IOException;
  }

  private final Backlog backlog;
  private final StreamReader reader;
  private final LastLine lastLine = new LastLine();
  private final Consumer<Reading> worker;
  private final Consumer<Problem> onFault;

  /// @param worker reads each message, on this input's thread
  /// @param onFault told when what came is lost
  LiveInput(
      Spool spool, StreamReader.Found found, Consumer<Reading> worker, Consumer<Problem> onFault) {
    this.backlog = new Backlog(spool);
    this.reader = new StreamReader(found);
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

  void text(String message) {
    backlog.add(message);
  }

  void binary(ByteBuffer piece, boolean last) {
    boolean closing = lastLine.closes(piece, last);
    try {
      backlog.add(piece, last);
    } catch (IOException fault) {
      onFault.accept(LiveFaults.problem(fault));
    } catch (Problem full) {
      onFault.accept(full);
    }
    if (closing) {
      // A pipe closes its connection behind its last line. Reading that would end the sending, so
      // nothing more is read until the last captions are out. Who sends text messages waits for
      // them.
      backlog.awaitEmpty();
    }
  }

  private void readAll() {
    try {
      for (Backlog.Message next = backlog.next(); next != null; next = backlog.next()) {
        switch (next) {
          case Backlog.Text(String text) -> worker.accept(() -> reader.text(text));
          case Backlog.Sound(ByteBuffer bytes, boolean last) ->
              worker.accept(() -> reader.binary(bytes, last));
        }
        backlog.done();
      }
    } catch (IOException fault) {
      onFault.accept(LiveFaults.problem(fault));
    }
  }

  /// Reads what was held back: nothing more will come.
  void finish() throws IOException {
    reader.end();
  }

  @Override
  public void close() {
    backlog.close();
  }
}
