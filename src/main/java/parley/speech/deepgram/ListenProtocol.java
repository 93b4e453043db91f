package parley.speech.deepgram;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.commons.codec.binary.Hex;
import org.apache.commons.codec.digest.DigestUtils;
import org.jspecify.annotations.Nullable;
import parley.media.types.MediaTypeDetector;
import parley.problem.Dialect;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.speech.decoding.PcmFormat;
import parley.speech.deepgram.ListenMessage.ResultsMetadata;
import parley.speech.live.Control;
import parley.speech.live.LiveCloseCodes;
import parley.speech.live.LiveFrame;
import parley.speech.live.LiveProtocol;
import parley.speech.live.LiveSession;
import parley.speech.live.SoundMedia;
import parley.web.CloseCode;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A stream in Deepgram's dialect. The first audio opens it.
/// https://developers.deepgram.com/reference/speech-to-text/listen-streaming
final class ListenProtocol implements LiveProtocol {
  /// Enough to recognise a container.
  private static final int HEAD_BYTES = 64;

  private final LiveListenOptions options;
  private final String requestId;
  private final Instant created;

  // Of the reading thread.
  private final MessageDigest digest = DigestUtils.getSha256Digest();
  private final ByteArrayOutputStream head = new ByteArrayOutputStream();
  private boolean open;
  private boolean emptyMessage = true;
  private double bytesPerSecond;
  private long bytes;

  // Under the lock of the session's messages.
  private final ListenResults results;

  /// Null before the stream is open.
  private @Nullable ModelInfo model;

  private double heard;

  ListenProtocol(LiveListenOptions options, String requestId, Instant created) {
    this.options = options;
    this.requestId = requestId;
    this.created = created;
    this.results = new ListenResults(options);
  }

  @Override
  public Dialect dialect() {
    return Dialect.DEEPGRAM;
  }

  @Override
  public void read(String message, LiveSession session) throws IOException {
    switch (type(message)) {
      case "KeepAlive" -> session.control(new Control.KeepAlive());
      case "Finalize" -> {
        // Before that, too little has come to be heard.
        if (open) {
          session.reply(() -> {
            results.finalizing();
            return List.of();
          });
          session.control(new Control.Flush(true));
        }
      }
      case "CloseStream" -> close(session);
      case "Configure" ->
          session.reply(() -> List.of(new ListenMessage.ConfigureFailure(requestId).json()));
      default -> {
        ListenMessage unknown =
            new ListenMessage.Failure(
                "SchemaError",
                "A text message is a KeepAlive, Finalize or CloseStream in JSON.",
                message);
        session.reply(() -> List.of(unknown.json()));
      }
    }
  }

  private static String type(String message) {
    try {
      JsonNode json = JsonMapper.shared().readTree(message);
      return json.path("type").asString("");
    } catch (JacksonException notJson) {
      return "";
    }
  }

  @Override
  public void read(ByteBuffer piece, boolean last, LiveSession session) throws IOException {
    emptyMessage &= !piece.hasRemaining();
    if (piece.hasRemaining()) {
      digest.update(piece.duplicate());
      bytes += piece.remaining();
      if (open) {
        sound(piece, session);
      } else {
        byte[] more = new byte[piece.remaining()];
        piece.get(more);
        head.writeBytes(more);
        if (options.media() != null || head.size() >= HEAD_BYTES) {
          openByWhatIsThere(session);
        }
      }
    }
    if (last) {
      boolean closes = emptyMessage;
      emptyMessage = true;
      if (closes) {
        // How older clients say CloseStream.
        close(session);
      }
    }
  }

  private void close(LiveSession session) throws IOException {
    openByWhatIsThere(session);
    session.control(new Control.Close());
  }

  private void openByWhatIsThere(LiveSession session) throws IOException {
    if (open || head.size() == 0) {
      return;
    }
    byte[] begin = head.toByteArray();
    SoundMedia media = options.media() == null ? detected(begin) : options.media();
    if (media instanceof SoundMedia.Bare(PcmFormat format)) {
      bytesPerSecond = (double) format.rate() * format.frameBytes();
    }
    session.control(options.open(media));
    open = true;
    head.reset();
    sound(ByteBuffer.wrap(begin), session);
  }

  private void sound(ByteBuffer piece, LiveSession session) throws IOException {
    session.sound(piece);
    double seconds = bytesPerSecond > 0 ? bytes / bytesPerSecond : Double.POSITIVE_INFINITY;
    session.reply(() -> {
      heard = seconds;
      return texts(results.silence(heard));
    });
  }

  private static SoundMedia detected(byte[] begin) {
    try {
      return SoundMedia.of(
          MediaTypeDetector.detect(begin, null).value(), Optional.empty(), Optional.empty());
    } catch (Problem unknown) {
      throw new Problem(
          ProblemCode.UNSUPPORTED_MEDIA,
          "The payload cannot be decoded as audio. Samples without a container need 'encoding' and"
              + " 'sample_rate'.");
    }
  }

  @Override
  public List<String> write(LiveFrame frame) {
    if (frame instanceof LiveFrame.Ready ready) {
      model = ModelInfo.of(ready.model());
    }
    List<ListenMessage> messages = new ArrayList<>();
    ModelInfo working = model;
    if (working != null) {
      messages.addAll(
          results.write(frame, heard, new ResultsMetadata(requestId, working, working.uuid())));
    }
    switch (frame) {
      case LiveFrame.Closed closed ->
          messages.add(
              new ListenMessage.Metadata(
                  requestId,
                  // Nothing is read any more.
                  Hex.encodeHexString(digest.digest()),
                  created,
                  closed.audioDurationMs() / 1000.0,
                  working));
      case LiveFrame.Failed failed ->
          messages.add(
              new ListenMessage.Failure(
                  closeReason(failed.problem()), failed.problem().message(), null));
      case LiveFrame.Ready _,
          LiveFrame.Delta _,
          LiveFrame.SpeechStarted _,
          LiveFrame.SpeechStopped _,
          LiveFrame.UtteranceEnd _,
          LiveFrame.Flushed _,
          LiveFrame.Speaker _ -> {
        // There are results at most.
      }
    }
    return texts(messages);
  }

  private static List<String> texts(List<ListenMessage> messages) {
    return messages.stream().map(ListenMessage::json).toList();
  }

  @Override
  public int closeCode(Problem problem) {
    return switch (problem.code()) {
      case STREAM_IDLE -> CloseCode.INTERNAL_ERROR;
      default -> LiveCloseCodes.of(problem.code());
    };
  }

  /// Deepgram's names, where it has one.
  @Override
  public String closeReason(Problem problem) {
    return switch (problem.code()) {
      case UNSUPPORTED_MEDIA -> "DATA-0000";
      case STREAM_IDLE -> "NET-0001";
      case INTERNAL, BACKEND_ERROR, BACKEND_TIMEOUT -> "NET-0000";
      default -> problem.code().code(Dialect.DEEPGRAM);
    };
  }
}
