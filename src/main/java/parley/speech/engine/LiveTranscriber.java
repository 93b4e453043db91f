package parley.speech.engine;

import ai.onnxruntime.OrtException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import parley.speech.engine.InferenceQueue.Priority;
import parley.speech.transcript.Languages;

/// Produces the final results of one stream, piece by piece. Not thread-safe.
public final class LiveTranscriber {
  /// For audio that arrives faster than anybody speaks, as from a recording: longer than any
  /// stream.
  public static final Duration NO_HURRY = Duration.ofHours(1);

  /// How long a piece with a word that was cut in two waits for Whisper.
  private static final Duration FOR_CUT_WORDS = Duration.ofSeconds(4);

  private static final int ENGLISH = Languages.indexOf("en");

  private final Recogniser recogniser;
  private final MoonshinePartials moonshine;
  private final InferenceQueue whisperQueue;
  private final InferenceQueue moonshineQueue;
  private final LiveLoad load;
  private final String owner;
  private final PromptContext context;

  /// What was written last; null if it is not English.
  private MoonshinePartials.@Nullable Passage before;

  /// @param owner whose work the queues get
  /// @param options at temperature 0
  LiveTranscriber(
      Recogniser recogniser,
      MoonshinePartials moonshine,
      InferenceQueue whisperQueue,
      InferenceQueue moonshineQueue,
      LiveLoad load,
      String owner,
      DecodingOptions options) {
    this.recogniser = recogniser;
    this.moonshine = moonshine;
    this.whisperQueue = whisperQueue;
    this.moonshineQueue = moonshineQueue;
    this.load = load;
    this.owner = owner;
    this.context = new PromptContext(options);
  }

  /// Transcribes a piece.
  ///
  /// @param language ISO 639-1; null to detect it
  /// @param patience [#NO_HURRY] to let everybody else go first; otherwise how long English may
  ///   wait for Whisper before Moonshine transcribes it; zero not to ask Whisper at all, unless a
  ///   word may have been cut in two. Other languages wait as long as it takes, and so do streams
  ///   with keyterms or a prompt, which Moonshine does not know
  /// @param last the last partial result of the piece; null if there is none
  public LiveEngine.Written write(
      Piece piece, @Nullable String language, Duration patience, @Nullable PartialResult last) {
    int known = Languages.indexOf(language);
    Priority priority = patience.equals(NO_HURRY) ? Priority.PLAYED : Priority.FINAL;
    if (known != ENGLISH || !context.options().equals(DecodingOptions.PLAIN)) {
      return written(whisperQueue.run(priority, owner, () -> writeWithWhisper(piece, known)));
    }
    Duration wait = patience.isZero() && isCut(piece) ? FOR_CUT_WORDS : patience;
    Optional<Recogniser.Recognition> recognition =
        wait.isZero()
            ? Optional.empty()
            : whisperQueue.runWithin(wait, priority, owner, () -> writeWithWhisper(piece, known));
    return recognition.isPresent() ? written(recognition.get()) : writeWithMoonshine(piece, last);
  }

  /// Whether a word at the beginning or the end may be cut in two, which Whisper understands
  /// better.
  private boolean isCut(Piece piece) {
    return piece.isCutOff() || (before != null && piece.continues(before.piece()));
  }

  private Recogniser.Recognition writeWithWhisper(Piece piece, int language) throws OrtException {
    Duration began = LiveLoad.worked();
    Recogniser.Recognition recognition =
        recogniser.recognise(piece, new LanguageTracker(language), context);
    // Whisper's threads share the work.
    Duration work = LiveLoad.worked().minus(began).multipliedBy((long) load.processors());
    load.took(work, piece, false);
    before =
        recognition.language() == ENGLISH ? moonshine.passage(piece, recognition.segments()) : null;
    return recognition;
  }

  private static LiveEngine.Written written(Recogniser.Recognition recognition) {
    boolean known = recognition.language() >= 0 && !recognition.segments().isEmpty();
    return new LiveEngine.Written(
        recognition.segments(), known ? Languages.code(recognition.language()) : null);
  }

  private LiveEngine.Written writeWithMoonshine(Piece piece, @Nullable PartialResult last) {
    MoonshinePartials.Passage previous = before;
    LiveEngine.Written written =
        previous != null && previous.continuesIn(piece)
            ? moonshineQueue.run(Priority.FINAL, owner, () -> moonshine.continued(previous, piece))
            : last == null ? null : last.finalOf(piece);
    if (written == null) {
      List<Integer> draft = last == null ? List.of() : last.tokens();
      written = moonshineQueue.run(Priority.FINAL, owner, () -> moonshine.write(piece, draft));
    }
    context.add(piece, written.segments());
    before = moonshine.passage(piece, written.segments());
    return written;
  }
}
