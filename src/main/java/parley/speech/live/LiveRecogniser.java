package parley.speech.live;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.problem.Problem;
import parley.speech.engine.GrowingSpeech;
import parley.speech.engine.LiveEngine;
import parley.speech.engine.LiveTranscriber;
import parley.speech.engine.PartialResult;
import parley.speech.engine.Piece;
import parley.speech.transcript.Segment;

/// Recognises the pieces of one stream, on two threads of its own: the final captions of whole
/// pieces, one after the other, and the partial captions of what has none yet.
final class LiveRecogniser {
  private static final Logger LOG = LoggerFactory.getLogger(LiveRecogniser.class);

  /// How long English waits for Whisper before the faster model takes over.
  private static final Duration PATIENCE = Duration.ofSeconds(4);

  /// Seconds of speech needed to detect the language.
  private static final double MIN_LANGUAGE_SPEECH = 1.5;

  /// Seconds of speech that are worth a partial caption; less is often a noise.
  private static final double MIN_PARTIAL_SPEECH = 0.3;

  private final Captioners.Chosen chosen;
  private final @Nullable StreamSpeakers speakers;
  private final SoundClock clock;
  private final Utterances utterances;
  private final Consumer<Problem> onFailure;
  private final List<Thread> workers = new ArrayList<>();
  private volatile @Nullable String language;

  /// @param speakers null where speakers are not distinguished
  /// @param language ISO 639-1; null to detect it
  /// @param onFailure told at most once that the final captions end here, on any thread
  LiveRecogniser(
      Captioners.Chosen chosen,
      @Nullable StreamSpeakers speakers,
      @Nullable String language,
      SoundClock clock,
      Captions captions,
      Consumer<Problem> onFailure) {
    this.chosen = chosen;
    this.speakers = speakers;
    this.language = language;
    this.clock = clock;
    this.utterances = new Utterances(captions);
    this.onFailure = onFailure;
  }

  /// Takes pieces that became whole, or none, and what is being said now. Waits while too much has
  /// no final captions.
  void heard(List<Piece> whole, GrowingSpeech now) {
    if (speakers != null) {
      whole.forEach(speakers::expect);
    }
    utterances.heard(whole, now);
  }

  /// Shows something between the captions, at once.
  void show(LiveFrame frame) {
    utterances.show(frame);
  }

  /// Shows something once everything heard so far has its final captions.
  void showAfterFinals(LiveFrame frame) {
    utterances.showAfterFinals(frame);
  }

  /// Ends the stream: no more sound will come.
  void complete() {
    utterances.complete();
  }

  /// Drops what waits, because nobody wants it any more.
  void abandon() {
    utterances.abandon();
    if (speakers != null) {
      speakers.abandon();
    }
  }

  void start() {
    workers.add(Thread.ofVirtual().name("live-finals").start(this::recogniseFinals));
    LiveEngine engine = chosen.partials();
    if (engine != null) {
      workers.add(Thread.ofVirtual().name("live-partials").start(() -> recognisePartials(engine)));
    }
  }

  /// ISO 639-1; null until it is known.
  @Nullable String language() {
    return language;
  }

  /// Waits until everything is recognised that was heard before [#complete].
  void join() throws InterruptedException {
    for (Thread worker : workers) {
      worker.join();
    }
  }

  private void recogniseFinals() {
    try {
      for (Utterance next = utterances.nextWhole(); next != null; next = utterances.nextWhole()) {
        Piece piece = next.piece;
        if (piece == null) {
          throw new IllegalStateException("only whole pieces wait");
        }
        LiveEngine.Written written =
            chosen
                .finals()
                .recognise(
                    piece,
                    language,
                    patience(),
                    utterances.recognised(next),
                    utterances::isAbandoned);
        if (language == null) {
          language = written.language();
        }
        showFinal(next, written.segments());
      }
    } catch (CancellationException unwanted) {
      abandon();
    } catch (Problem problem) {
      abandon();
      onFailure.accept(problem);
    } catch (IOException | RuntimeException fault) {
      abandon();
      onFailure.accept(LiveFaults.problem(fault));
    }
  }

  private Duration patience() {
    if (clock.isAhead()) {
      return LiveTranscriber.NO_HURRY;
    }
    return chosen.isQuick(language) ? Duration.ZERO : PATIENCE;
  }

  private void showFinal(Utterance utterance, List<Segment> segments) {
    if (speakers == null) {
      utterances.showFinal(utterance, FinalCaptions.of(segments));
    } else {
      speakers.attribute(segments, finals -> utterances.showFinal(utterance, finals));
    }
  }

  private void recognisePartials(LiveEngine engine) {
    Duration rest = Duration.ZERO;
    try {
      while (true) {
        Utterances.Due due = utterances.nextPartial(rest, language != null);
        if (due == null) {
          return;
        }
        rest = recognisePartial(engine, due);
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException fault) {
      LOG.error("a stream has no more partial captions; the final ones go on", fault);
    }
  }

  /// Recognises once what is being said.
  ///
  /// @return how long to leave it alone, unless somebody pauses meanwhile
  private Duration recognisePartial(LiveEngine engine, Utterances.Due due) {
    String spoken = language;
    Utterance utterance = due.utterance();
    Optional<Piece> now = wanted(utterance);
    now.ifPresent(piece -> utterances.lookedAt(utterance, piece));
    double minSpeech = spoken == null ? MIN_LANGUAGE_SPEECH : MIN_PARTIAL_SPEECH;
    if (clock.isAhead()
        || now.isEmpty()
        || now.get().spoken() < minSpeech
        || !engine.allowsPartials(spoken)) {
      return Duration.ofMillis(100);
    }
    if (spoken == null) {
      engine.language(now.get()).ifPresent(told -> language = told);
      return Duration.ofMillis(500);
    }
    Optional<PartialResult> partial =
        engine.partial(() -> wanted(utterance), spoken, due.paused(), utterance.agreement);
    partial.ifPresent(made -> utterances.showPartial(utterance, made));
    return partial.map(PartialResult::rest).orElse(Duration.ZERO);
  }

  /// The newest sound of an utterance; empty when it needs no partial caption any more, or when its
  /// final one is made at once.
  private Optional<Piece> wanted(Utterance utterance) {
    boolean atOnce = chosen.isQuick(language) && !clock.isAhead();
    return utterances.newest(utterance).filter(piece -> !atOnce || utterance.piece == null);
  }
}
