package parley.speech.live;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import parley.json.Json;
import parley.problem.Dialect;
import parley.problem.Problem;
import parley.problem.ProblemCode;

/// Our own dialect: the frames as they are, control messages as text or in a shell's pipe.
final class EchoProtocol implements LiveProtocol {
  private final StreamReader reader = new StreamReader();
  private final LastLine lastLine = new LastLine();

  @Override
  public Dialect dialect() {
    return Dialect.ECHO;
  }

  @Override
  public void receive(ByteBuffer piece, boolean last, LiveInbox inbox) {
    boolean closing = lastLine.closes(piece, last);
    inbox.binary(piece, last);
    if (closing) {
      // A pipe closes its connection behind its last line. Who sends text messages waits for the
      // last captions.
      inbox.lastCame();
    }
  }

  @Override
  public void read(String message, LiveSession session) throws IOException {
    if (!reader.text(message, session)) {
      Problem unknown =
          new Problem(
              ProblemCode.VALIDATION,
              "A text message is an open, flush, keepalive or close in JSON.");
      session.reply(() -> write(new LiveFrame.Failed(unknown)));
    }
  }

  @Override
  public void read(ByteBuffer piece, boolean last, LiveSession session) throws IOException {
    reader.binary(piece, last, session);
  }

  @Override
  public void readRest(LiveSession session) throws IOException {
    reader.end(session);
  }

  @Override
  public List<String> write(LiveFrame frame) {
    return switch (frame) {
      // It says the same as the end of the utterance, only sooner and before the text.
      case LiveFrame.SpeechStopped stopped -> List.of();
      case LiveFrame.Ready _,
          LiveFrame.Delta _,
          LiveFrame.SpeechStarted _,
          LiveFrame.UtteranceEnd _,
          LiveFrame.Flushed _,
          LiveFrame.Speaker _,
          LiveFrame.Closed _,
          LiveFrame.Failed _ ->
          List.of(Json.write(frame));
    };
  }
}
