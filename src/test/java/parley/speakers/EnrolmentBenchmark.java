package parley.speakers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import parley.ffmpeg.FfmpegBundle;
import parley.speech.decoding.AudioDecoder;
import parley.speech.decoding.AudioStream;
import parley.speech.decoding.DecodingLimits;
import parley.speech.diarisation.Diarisation;
import parley.speech.diarisation.DiarisationEngine;
import parley.speech.diarisation.DiarisedSpeaker;
import parley.speech.diarisation.Diarizer;
import parley.speech.diarisation.SpeakerCount;
import parley.speech.diarisation.SpeakerNaming;
import parley.speech.diarisation.SpeakerTurn;
import parley.speech.diarisation.VoiceExamination;
import parley.speech.diarisation.VoiceQuality;

/// Judges pairs of recordings as an enrolment would, and tries to find the enrolled voices in
/// recordings. `bench/speakers` runs it. Not a test.
public final class EnrolmentBenchmark {
  private EnrolmentBenchmark() {}

  /// Arguments: models folder, cache folder. A line of standard input is, with tabs between,
  /// `enrol`, name, reference, consent; `refuse`, name, reference, consent; or `find`, recording.
  /// Prints what was measured, and for `find` the turns with the names of those enrolled before.
  public static void main(String[] arguments) throws IOException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    AudioDecoder decoder =
        new AudioDecoder(FfmpegBundle.unpacked(Path.of(arguments[1])), DecodingLimits.DEFAULT);
    List<SpeakerNaming.Profile> profiles = new ArrayList<>();
    // One consent serves for many references.
    Map<Path, VoiceQuality> examined = new HashMap<>();
    try (DiarisationEngine engine = DiarisationEngine.load(Path.of(arguments[0]), 1);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] fields = line.split("\t", -1);
        if (fields[0].equals("find")) {
          find(engine, decoder, Path.of(fields[1]), profiles, out);
          continue;
        }
        VoiceQuality reference = examine(engine, decoder, Path.of(fields[2]));
        Path consentFile = Path.of(fields[3]);
        if (!examined.containsKey(consentFile)) {
          examined.put(consentFile, examine(engine, decoder, consentFile));
        }
        VoiceQuality consent = Objects.requireNonNull(examined.get(consentFile));
        Set<FailReason> reasons = PreflightRules.REFERENCE.reasons(reference.figures());
        reasons.addAll(PreflightRules.CONSENT.reasons(consent.figures()));
        double same =
            reference.voice() == null || consent.voice() == null
                ? 0
                : reference.voice().similarity(consent.voice());
        if (same < SpeakerNaming.SAME_VOICE
            && reference.voice() != null
            && consent.voice() != null) {
          reasons.add(FailReason.CONSENT_VOICE_DIFFERS);
        }
        out.printf(
            Locale.ROOT,
            "%s\t%s\t%s\t%s\t%s\tsame %.2f%n",
            fields[0],
            fields[1],
            reasons.isEmpty() ? "accepted" : reasons,
            shown(reference),
            shown(consent),
            same);
        if (fields[0].equals("enrol") && reference.voice() != null) {
          profiles.add(new SpeakerNaming.Profile(fields[1], reference.voice()));
        }
      }
    }
  }

  private static String shown(VoiceQuality quality) {
    return String.format(
        Locale.ROOT,
        "%.1f/%.1f s %.1f dB peak %.1f clip %.4f voices %d",
        quality.speechSeconds(),
        quality.durationSeconds(),
        quality.snrDb(),
        quality.peakDbfs(),
        quality.clippedRatio(),
        quality.voices());
  }

  private static VoiceQuality examine(DiarisationEngine engine, AudioDecoder decoder, Path file)
      throws IOException {
    VoiceExamination examination = engine.examination();
    float[] block = new float[16_000];
    try (AudioStream audio = decoder.open(file)) {
      for (int count = audio.read(block); count > 0; count = audio.read(block)) {
        examination.take(block, count);
      }
    }
    return examination.finish();
  }

  private static void find(
      DiarisationEngine engine,
      AudioDecoder decoder,
      Path file,
      List<SpeakerNaming.Profile> profiles,
      PrintStream out)
      throws IOException {
    Diarizer diarizer = engine.diarizer(SpeakerCount.ANY);
    float[] block = new float[16_000];
    try (AudioStream audio = decoder.open(file)) {
      for (int count = audio.read(block); count > 0; count = audio.read(block)) {
        diarizer.take(block, count);
      }
    }
    Diarisation diarisation = diarizer.finish();
    for (DiarisedSpeaker speaker : diarisation.speakers()) {
      SpeakerNaming.Closest closest =
          speaker.centroid() == null ? null : SpeakerNaming.closest(speaker.centroid(), profiles);
      String name = closest != null && closest.named() ? closest.id() : speaker.label();
      out.printf(
          Locale.ROOT,
          "speaker\t%s\t%s\t%s\t%.2f\t%.1f s%n",
          file.getFileName(),
          name,
          closest == null ? "-" : closest.id(),
          closest == null ? 0 : closest.score(),
          speaker.talkSeconds());
      for (SpeakerTurn turn : diarisation.turns()) {
        if (turn.label().equals(speaker.label())) {
          out.printf(
              Locale.ROOT,
              "turn\t%s\t%.3f\t%.3f\t%s%n",
              file.getFileName(),
              turn.start(),
              turn.end(),
              name);
        }
      }
    }
  }
}
