package parley.speech.engine;

import ai.onnxruntime.OrtException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import parley.speech.engine.InferenceQueue.Priority;
import parley.speech.transcript.Confidence;
import parley.speech.transcript.Keyterms;
import parley.speech.transcript.Languages;
import parley.speech.transcript.Segment;
import parley.speech.transcript.SpeechTask;

/// Recognition for live captions: partial results for the utterance in progress and a final one for
/// each piece that ends. Thread-safe, for any number of streams; all calls queue and block.
///
/// Moonshine produces English partials on its own threads, so that they never wait for a Whisper
/// window. Whisper produces the other partials, ahead of recordings and behind finals.
public final class LiveEngine {
  private static final int ENGLISH = Languages.indexOf("en");

  private final VoiceActivity voiceActivity;
  private final Vocabulary vocabulary;
  private final Recogniser recogniser;
  private final WhisperPartials whisperPartials;
  private final MoonshinePartials moonshinePartials;
  private final InferenceQueue whisperQueue;
  private final InferenceQueue moonshineQueue;
  private final InferenceQueue vadQueue;

  /// @param onFault called when a model fails
  LiveEngine(Models models, InferenceQueue whisperQueue, int threads, Runnable onFault) {
    this.vocabulary = models.vocabulary();
    // It runs in the middle of a file's piece, so it must share no mutable state with file work.
    WindowDecoder decoder =
        new WindowDecoder(models.whisper(), vocabulary, SpeechTask.TRANSCRIBE, () -> {});
    this.voiceActivity = models.voiceActivity();
    this.recogniser = new Recogniser(decoder, vocabulary);
    this.whisperPartials = new WhisperPartials(decoder, vocabulary);
    this.moonshinePartials =
        new MoonshinePartials(models.moonshine(), models.moonshineVocabulary());
    this.whisperQueue = whisperQueue;
    this.moonshineQueue = new InferenceQueue("speech-partials", Math.max(1, threads / 2), onFault);
    this.vadQueue = new InferenceQueue("speech-vad", 1, onFault);
  }

  /// Starts segmenting a stream; the caller closes the segmenter.
  public LiveSegmenter segment(Segmentation segmentation) {
    try {
      return new LiveSegmenter(voiceActivity.open(), vadQueue, segmentation);
    } catch (OrtException e) {
      throw new UncheckedIOException(new EngineUnavailable(e));
    }
  }

  /// Returns the language of a piece, ISO 639-1; empty if it is still ambiguous.
  public Optional<String> language(Piece piece) {
    OptionalInt found = whisperQueue.run(Priority.PARTIAL, () -> whisperPartials.language(piece));
    return found.isPresent() ? Optional.of(Languages.code(found.getAsInt())) : Optional.empty();
  }

  /// Recognises the utterance in progress.
  ///
  /// @param piece called when the work starts, to get the latest audio; empty if no result is
  ///   wanted any more
  /// @param language ISO 639-1
  /// @return the piece that was recognised; its text is in `agreement`
  public Optional<Piece> partial(
      Supplier<Optional<Piece>> piece, String language, LocalAgreement agreement) {
    int index = Languages.indexOf(language);
    InferenceQueue queue = index == ENGLISH ? moonshineQueue : whisperQueue;
    return queue.run(
        Priority.PARTIAL,
        () -> {
          Optional<Piece> newest = piece.get();
          if (newest.isPresent()) {
            partial(newest.get(), index, agreement);
          }
          return newest;
        });
  }

  private void partial(Piece piece, int language, LocalAgreement agreement) throws OrtException {
    if (language == ENGLISH) {
      moonshinePartials.recognise(piece, agreement);
    } else {
      whisperPartials.recognise(piece, language, agreement);
    }
  }

  /// Runs inference of other models on the threads of English partial results, because a final
  /// result waits for it: before partial results of any stream.
  ///
  /// @param work of 0.2 s at most
  /// @throws UncheckedIOException of [EngineUnavailable] when the models fail
  public <T> T runForFinal(Supplier<T> work) {
    return moonshineQueue.run(Priority.FINAL, work::get);
  }

  /// As [#runForFinal], in turn with partial results; gives up, with an empty answer, if the work
  /// has not begun within `patience`.
  public <T> Optional<T> runWithin(Duration patience, Supplier<T> work) {
    return moonshineQueue.runWithin(patience, Priority.PARTIAL, work::get);
  }

  /// The final result for a piece.
  ///
  /// @param segments in order; empty if it contains no speech
  /// @param language ISO 639-1; null if it is unknown and there is no speech
  public record Written(List<Segment> segments, @Nullable String language) {
    public Written {
      segments = List.copyOf(segments);
    }
  }

  /// Starts the final results of one stream.
  ///
  /// @param keyterms terms that are likely to be spoken
  public StreamTranscriber transcriber(Keyterms keyterms) {
    return new StreamTranscriber(
        new DecodingOptions(0, KeytermTrie.of(keyterms, vocabulary), List.of()));
  }

  /// Produces the final results of one stream, piece by piece.
  public final class StreamTranscriber {
    private final PromptContext context;

    private StreamTranscriber(DecodingOptions options) {
      this.context = new PromptContext(options);
    }

    /// Transcribes a piece.
    ///
    /// @param language ISO 639-1; null to detect it
    /// @param patience how long English may wait for Whisper before Moonshine transcribes it, which
    ///   is less accurate but hardly ever busy. Other languages wait as long as it takes, and so do
    ///   streams with keyterms, which Moonshine does not know
    public Written write(Piece piece, @Nullable String language, Duration patience) {
      int known = Languages.indexOf(language);
      InferenceQueue.Work<Recogniser.Recognition> work =
          () -> recogniser.recognise(piece, new LanguageTracker(known), context);
      if (known != ENGLISH || !context.options().keyterms().isEmpty()) {
        return written(whisperQueue.run(Priority.FINAL, work));
      }
      Optional<Recogniser.Recognition> recognition =
          whisperQueue.runWithin(patience, Priority.FINAL, work);
      if (recognition.isPresent()) {
        return written(recognition.get());
      }
      context.clear();
      return writeWithMoonshine(piece);
    }
  }

  private static Written written(Recogniser.Recognition recognition) {
    boolean known = recognition.language() >= 0 && !recognition.segments().isEmpty();
    return new Written(
        recognition.segments(), known ? Languages.code(recognition.language()) : null);
  }

  private Written writeWithMoonshine(Piece piece) {
    MoonshineModel.Decoded decoded =
        moonshineQueue.run(Priority.FINAL, () -> moonshinePartials.write(piece));
    String text = moonshinePartials.text(decoded);
    if (text.isEmpty()) {
      return new Written(List.of(), "en");
    }
    return new Written(
        List.of(
            new Segment(
                piece.speechStart(),
                piece.speechEnd(),
                text,
                List.of(),
                List.of(),
                new Confidence(decoded.meanLogProbability(), 0))),
        "en");
  }

  /// Runs Moonshine once.
  void selfTest(Piece piece) throws OrtException {
    moonshineQueue.check(() -> moonshinePartials.write(piece));
  }

  void close() {
    vadQueue.close();
    moonshineQueue.close();
  }
}
