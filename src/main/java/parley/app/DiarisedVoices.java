package parley.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import parley.speakers.RecordingQuality;
import parley.speakers.RecordingQuality.Span;
import parley.speakers.VoiceAnalyser;
import parley.speakers.VoiceEmbedding;
import parley.speakers.VoiceFigures;
import parley.speakers.VoiceMeasurement;
import parley.speakers.VoiceModel;
import parley.speech.decoding.AudioDecoder;
import parley.speech.diarisation.Diarisation;
import parley.speech.diarisation.DiarisationEngine;
import parley.speech.diarisation.DiarisedSpeaker;
import parley.speech.diarisation.Diarizer;
import parley.speech.diarisation.SpeakerCount;
import parley.speech.diarisation.SpeakerTurn;
import parley.speech.diarisation.VoiceEmbedder;
import parley.speech.engine.SpeechEngine;

/// Measures voices by telling apart who speaks, piece by piece among the pieces of transcriptions.
///
/// @param engine whose inference queue it shares
record DiarisedVoices(DiarisationEngine voices, SpeechEngine engine) implements VoiceAnalyser {
  /// Four seconds: about 0.1 s of processor time.
  private static final int PIECE = 4 * AudioDecoder.SAMPLE_RATE;

  /// Two recordings of several seconds each: 0.6 to 0.9 for one voice, about 0 for two.
  private static final double SAME_VOICE = 0.45;

  /// Stricter, since whoever is heard is compared with many.
  private static final double NAMING = 0.5;

  /// Somebody who says less than this, or than a tenth of all, is not counted as a voice.
  private static final double MIN_VOICE_SECONDS = 1;

  private static final double MIN_VOICE_SHARE = 0.1;

  @Override
  public VoiceModel model() {
    String[] parts = VoiceEmbedder.MODEL.split("/", 2);
    return new VoiceModel(parts[0], parts.length == 2 ? parts[1] : "");
  }

  @Override
  public VoiceMeasurement measure(float[] samples) throws IOException {
    Diarisation found = diarised(samples);
    List<Span> speech = joined(found.turns());
    double speechSeconds = speech.stream().mapToDouble(span -> span.end() - span.start()).sum();
    RecordingQuality quality = RecordingQuality.of(samples, speech);
    Optional<VoiceEmbedding> main =
        found.speakers().stream()
            .filter(speaker -> speaker.centroid() != null)
            .max(Comparator.comparingDouble(DiarisedSpeaker::talkSeconds))
            .map(DiarisedVoices::voice);
    return new VoiceMeasurement(
        new VoiceFigures(
            speechSeconds,
            (double) samples.length / AudioDecoder.SAMPLE_RATE,
            quality.snrDb(),
            quality.peakDbfs(),
            quality.clippedRatio(),
            count(found.speakers(), speechSeconds)),
        main.orElse(null));
  }

  private Diarisation diarised(float[] samples) throws IOException {
    Diarizer diarizer = voices.diarizer(SpeakerCount.ANY);
    try {
      for (int from = 0; from < samples.length; from += PIECE) {
        float[] piece = Arrays.copyOfRange(samples, from, Math.min(samples.length, from + PIECE));
        boolean _ =
            engine.inQueue(() -> {
              diarizer.take(piece, piece.length);
              return true;
            });
      }
      return engine.inQueue(diarizer::finish);
    } catch (UncheckedIOException failed) {
      throw failed.getCause();
    }
  }

  private static VoiceEmbedding voice(DiarisedSpeaker speaker) {
    return VoiceEmbedding.of(Objects.requireNonNull(speaker.centroid()).values());
  }

  /// How many people speak; one whose voice was taken for two counts once.
  private static int count(List<DiarisedSpeaker> speakers, double speechSeconds) {
    double least = Math.max(MIN_VOICE_SECONDS, MIN_VOICE_SHARE * speechSeconds);
    List<VoiceEmbedding> different = new ArrayList<>();
    boolean anybody = false;
    for (DiarisedSpeaker speaker : speakers) {
      anybody = true;
      if (speaker.talkSeconds() < least || speaker.centroid() == null) {
        continue;
      }
      VoiceEmbedding voice = voice(speaker);
      if (different.stream().noneMatch(other -> other.similarity(voice) >= SAME_VOICE)) {
        different.add(voice);
      }
    }
    return anybody ? Math.max(1, different.size()) : 0;
  }

  /// Where anybody speaks, without overlaps.
  private static List<Span> joined(List<SpeakerTurn> turns) {
    List<Span> joined = new ArrayList<>();
    turns.stream()
        .sorted(Comparator.comparingDouble(SpeakerTurn::start))
        .forEach(turn -> {
          if (joined.isEmpty() || joined.getLast().end() < turn.start()) {
            joined.add(new Span(turn.start(), turn.end()));
          } else if (joined.getLast().end() < turn.end()) {
            joined.set(joined.size() - 1, new Span(joined.getLast().start(), turn.end()));
          }
        });
    return joined;
  }

  @Override
  public double sameVoice() {
    return SAME_VOICE;
  }

  @Override
  public double naming() {
    return NAMING;
  }
}
