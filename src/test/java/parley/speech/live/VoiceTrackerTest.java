package parley.speech.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.speech.diarisation.Conversation;
import parley.speech.diarisation.DiarisationEngine;
import parley.speech.diarisation.SpeakerCount;
import parley.speech.diarisation.SpeakerTurn;
import parley.speech.engine.EngineUnavailable;
import parley.speech.engine.LiveSegmenter;
import parley.speech.engine.Piece;
import parley.speech.engine.Segmentation;
import parley.speech.engine.SpeechEngine;
import parley.testing.SharedModels;

@Tag("slow")
@Timeout(120)
class VoiceTrackerTest {
  private static SpeechEngine engine;
  private final AtomicInteger faults = new AtomicInteger();

  @BeforeAll
  static void load() throws IOException {
    engine = SharedModels.recogniser();
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  @Test
  void answersInOrderHoweverLateItIsAsked() throws Exception {
    float[] sound = StreamedConversation.ofThree().samples();
    List<Piece> pieces = pieces(sound);
    VoiceTracker tracker = tracker(SharedModels.voices());
    tracker.start();
    int taken = 0;
    for (Piece piece : pieces) {
      int until = (int) Math.min(sound.length, Math.round(piece.endSeconds() * 16_000));
      tracker.take(Arrays.copyOfRange(sound, taken, until), until - taken);
      taken = until;
      tracker.expect(piece);
    }
    for (Piece piece : pieces) {
      VoiceTracker.Voices voices = tracker.next();
      assertThat(voices.turns()).isNotEmpty();
      assertThat(voices.turns()).allMatch(turn -> turn.end() <= piece.endSeconds() + 0.01);
      assertThat(voices.known().keySet())
          .containsAll(voices.turns().stream().map(SpeakerTurn::label).toList());
    }
    tracker.close();
    assertThat(faults).hasValue(0);
  }

  @Test
  void letsNobodyWaitOnceItsModelsFailed() throws Exception {
    DiarisationEngine broken = DiarisationEngine.load(Path.of("models"), 1);
    broken.close();
    float[] sound = new Conversation().say(Conversation.KINE, 0, 7, 0).samples();
    Piece piece = pieces(sound).getFirst();
    VoiceTracker tracker = tracker(broken);
    tracker.start();
    tracker.take(sound, sound.length);
    tracker.expect(piece);

    assertThatThrownBy(tracker::next).cause().isInstanceOf(EngineUnavailable.class);
    tracker.take(new float[30 * 16_000], 30 * 16_000);
    tracker.expect(piece);
    assertThatThrownBy(tracker::next).cause().isInstanceOf(EngineUnavailable.class);
    tracker.close();
    assertThat(faults).hasValue(1);
  }

  @Test
  void letsNobodyWaitOnceItIsAbandoned() throws Exception {
    float[] sound = new Conversation().say(Conversation.KINE, 0, 7, 0).samples();
    Piece piece = pieces(sound).getFirst();
    // Not started: nothing is ever worked on.
    VoiceTracker tracker = tracker(SharedModels.voices());
    tracker.take(sound, sound.length);
    tracker.expect(piece);
    Thread sender =
        Thread.ofVirtual().start(() -> tracker.take(new float[30 * 16_000], 30 * 16_000));
    tracker.abandon();
    sender.join();
    assertThatThrownBy(tracker::next).isInstanceOf(CancellationException.class);
    tracker.close();
  }

  private VoiceTracker tracker(DiarisationEngine models) {
    return new VoiceTracker(
        models.onlineDiarizer(SpeakerCount.MAX), engine.live(), faults::incrementAndGet);
  }

  private static List<Piece> pieces(float[] sound) {
    try (LiveSegmenter segmenter = engine.live().segment(Segmentation.LOW_LATENCY)) {
      List<Piece> pieces = new ArrayList<>(segmenter.add(sound, sound.length));
      pieces.addAll(segmenter.finish());
      return pieces;
    }
  }
}
