package parley.speech.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import parley.speech.Recordings;
import parley.speech.decoding.AudioStream;
import parley.speech.transcript.Segment;
import parley.speech.transcript.SpeechOptions;
import parley.speech.transcript.Word;
import parley.testing.SharedModels;

@Tag("slow")
class LiveTranscriptionTest {
  private static final String SAID =
      "There's iron, they say, in all our blood, and a grain or two perhaps is good; but his, he"
          + " makes me harshly feel, has got a little too much of steel. Anon.";
  private static final Duration PATIENCE = Duration.ofHours(1);
  private static SpeechEngine engine;

  @BeforeAll
  static void load() throws IOException {
    engine = SharedModels.recogniser();
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  /// Verse, which is read with a pause after each line.
  @Test
  void understandsShortPieces() throws IOException {
    List<Piece> pieces = pieces("ls-1688-142285-0000.flac");
    assertThat(pieces).hasSizeGreaterThan(3);

    LiveTranscriber transcriber = engine.live().transcriber(SpeechOptions.PLAIN);
    List<Segment> following = new ArrayList<>();
    for (Piece piece : pieces) {
      List<Segment> written = transcriber.write(piece, "en", PATIENCE, null).segments();
      assertThat(written)
          .allSatisfy(segment -> {
            assertThat(segment.start()).isGreaterThanOrEqualTo(piece.startSeconds());
            assertThat(segment.end()).isLessThanOrEqualTo(piece.endSeconds());
            assertThat(segment.words().stream().map(Word::start))
                .allMatch(start -> start >= piece.startSeconds());
          });
      following.addAll(written);
    }

    assertThat(WordErrors.rate(SAID, text(following))).isLessThan(0.15);
  }

  /// Nothing is recognised a second time.
  @Test
  void takesTheGuessOfAPauseForTheFinalTextIfTheSpeakerHasFinished() throws IOException {
    LiveTranscriber transcriber = engine.live().transcriber(SpeechOptions.PLAIN);
    for (Piece piece : pieces("ls-1688-142285-0000.flac")) {
      Piece heard = piece.part(0, piece.speechEnd() - piece.startSeconds() + 0.2);
      PartialResult partial =
          engine
              .live()
              .partial(() -> Optional.of(heard), "en", true, new LocalAgreement())
              .orElseThrow();

      Piece beginning = piece.part(0, piece.speechEnd() - piece.startSeconds() - 0.1);
      LiveEngine.Written last = transcriber.write(piece, "en", Duration.ZERO, partial);
      assertThat(last).isSameAs(partial.finalOf(piece));
      assertThat(text(last.segments())).isNotBlank();

      PartialResult early =
          engine
              .live()
              .partial(() -> Optional.of(beginning), "en", false, new LocalAgreement())
              .orElseThrow();
      assertThat(early.finalOf(piece)).isNull();
      LiveEngine.Written anew = transcriber.write(piece, "en", Duration.ZERO, early);
      assertThat(text(anew.segments())).isNotBlank();
    }
  }

  @Test
  void inventsNothingAfterTheLastWord() throws IOException {
    LiveTranscriber transcriber = engine.live().transcriber(SpeechOptions.PLAIN);
    List<Piece> pieces = pieces("ls-1688-142285-0000.flac");
    for (Piece piece : pieces) {
      transcriber.write(piece, "en", PATIENCE, null);
    }
    float[] silence = new float[VoiceActivity.SAMPLE_RATE];
    Piece quiet = new Piece(pieces.getLast().end(), silence, List.of(new Piece.Span(0.3, 0.6)));
    assertThat(transcriber.write(quiet, "en", PATIENCE, null).segments()).isEmpty();
  }

  private static List<Piece> pieces(String recording) throws IOException {
    List<Piece> pieces = new ArrayList<>();
    try (AudioStream audio = Recordings.decoder().open(Recordings.recording(recording));
        LiveSegmenter segmenter = engine.live().segment(new Segmentation(0.3, 8, 3))) {
      float[] block = new float[VoiceActivity.SAMPLE_RATE];
      for (int count = audio.read(block); count > 0; count = audio.read(block)) {
        pieces.addAll(segmenter.add(Arrays.copyOf(block, count), count));
      }
      pieces.addAll(segmenter.finish());
    }
    return pieces;
  }

  private static String text(List<Segment> segments) {
    return segments.stream().map(Segment::text).collect(Collectors.joining(" "));
  }
}
