package parley.speech.engine;

import ai.onnxruntime.OrtException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import parley.speech.Confidence;
import parley.speech.Segment;
import parley.speech.engine.Turns.Urgency;

/// The models as live captions use them: sound is heard as it comes, what somebody is saying is
/// guessed at again and again, and each piece gets its final text once it is over. For any number
/// of streams and threads; all calls wait for their turn and for the work.
///
/// English is guessed at by Moonshine on threads of its own, so that no guess waits behind a window
/// of Whisper; other languages by Whisper, before recordings and after final texts.
public final class LiveEngine {
  private static final int ENGLISH = Languages.indexOf("en");

  private final VoiceActivity voiceActivity;
  private final Recogniser recogniser;
  private final WhisperGuesses whisper;
  private final MoonshineGuesses moonshine;
  private final Turns whisperTurns;
  private final Turns moonshineTurns;
  private final Turns listening;

  LiveEngine(
      VoiceActivity voiceActivity,
      Recogniser recogniser,
      WhisperGuesses whisper,
      MoonshineGuesses moonshine,
      Turns whisperTurns,
      int threads) {
    this.voiceActivity = voiceActivity;
    this.recogniser = recogniser;
    this.whisper = whisper;
    this.moonshine = moonshine;
    this.whisperTurns = whisperTurns;
    this.moonshineTurns = new Turns("speech-guesses", Math.max(1, threads / 2));
    this.listening = new Turns("speech-listening", 1);
  }

  /// Begins to listen to one stream; the caller closes the ear.
  public Ear listen(Cutting cutting) {
    return new Ear(failing(voiceActivity::listen), listening, cutting);
  }

  /// The language of a piece, ISO 639-1; empty when it is not clear yet.
  public Optional<String> language(Piece piece) {
    OptionalInt found =
        failing(() -> whisperTurns.take(Urgency.GUESS, () -> whisper.language(piece)));
    return found.isPresent() ? Optional.of(Languages.code(found.getAsInt())) : Optional.empty();
  }

  /// Guesses at what is being said.
  ///
  /// @param piece asked for when the turn has come, so that no guess is at old sound; empty when
  ///   none is wanted any more
  /// @param language ISO 639-1
  /// @return the piece that was guessed at; what was guessed is in the draft
  public Optional<Piece> guess(Supplier<Optional<Piece>> piece, String language, Draft draft) {
    int index = Languages.indexOf(language);
    Turns turns = index == ENGLISH ? moonshineTurns : whisperTurns;
    return failing(() ->
        turns.take(
            Urgency.GUESS,
            () -> {
              Optional<Piece> newest = piece.get();
              if (newest.isPresent()) {
                guess(newest.get(), index, draft);
              }
              return newest;
            }));
  }

  private void guess(Piece piece, int language, Draft draft) throws OrtException {
    if (language == ENGLISH) {
      moonshine.guess(piece, draft);
    } else {
      whisper.guess(piece, language, draft);
    }
  }

  /// What a piece finally says.
  ///
  /// @param segments in order; empty when nothing was said
  /// @param language ISO 639-1; null when it is not known and nothing was said
  public record Written(List<Segment> segments, @Nullable String language) {
    public Written {
      segments = List.copyOf(segments);
    }
  }

  /// Begins to write down one stream.
  public Scribe scribe() {
    return new Scribe();
  }

  /// Writes down the pieces of one stream, one after the other.
  public final class Scribe {
    private final Preceding preceding = new Preceding();

    private Scribe() {}

    /// Writes down a piece.
    ///
    /// @param language ISO 639-1; null to detect it
    /// @param patience how long to wait for Whisper; English is then left to Moonshine, which is
    ///   less exact and hardly ever busy. Other languages wait for as long as it takes
    public Written write(Piece piece, @Nullable String language, Duration patience) {
      int known = Languages.indexOf(language);
      Turns.Work<Recogniser.Recognition> work =
          () -> recogniser.recognise(piece, new SpokenLanguage(known), preceding);
      if (known != ENGLISH) {
        return written(failing(() -> whisperTurns.take(Urgency.FINAL, work)));
      }
      Optional<Recogniser.Recognition> recognition =
          failing(() -> whisperTurns.takeWithin(patience, Urgency.FINAL, work));
      if (recognition.isPresent()) {
        return written(recognition.get());
      }
      preceding.clear();
      return quickly(piece);
    }
  }

  private static Written written(Recogniser.Recognition recognition) {
    boolean known = recognition.language() >= 0 && !recognition.segments().isEmpty();
    return new Written(
        recognition.segments(), known ? Languages.code(recognition.language()) : null);
  }

  private Written quickly(Piece piece) {
    MoonshineModel.Heard heard =
        failing(() -> moonshineTurns.take(Urgency.FINAL, () -> moonshine.write(piece)));
    String text = moonshine.text(heard);
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
                new Confidence(heard.meanLogProbability(), 0))),
        "en");
  }

  /// Runs the quick model once.
  void warmUp(float[] sound) {
    Piece piece = new Piece(0, sound, List.of(new Piece.Span(0, 1)));
    failing(() -> moonshineTurns.take(Urgency.GUESS, () -> moonshine.write(piece)));
  }

  void close() {
    listening.close();
    moonshineTurns.close();
  }

  static <T> T failing(Turns.Work<T> work) {
    try {
      return work.run();
    } catch (OrtException e) {
      throw EngineUnavailable.unchecked(e);
    }
  }
}
