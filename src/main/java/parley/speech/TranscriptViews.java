package parley.speech;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import parley.auth.Caller;
import parley.auth.Permission;
import parley.jobs.JobId;
import parley.json.Json;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.speakers.SpeakerId;
import parley.speakers.SpeakerRosters;
import parley.speech.TranscriptView.TurnView;
import parley.speech.diarisation.Rttm;
import parley.speech.diarisation.SpeakerTurn;
import parley.tenants.TenantId;

/// Reads stored results of transcriptions with the names that their speakers have now.
public final class TranscriptViews {
  private final SpeakerRosters rosters;
  private final SpeakerNames given;

  public TranscriptViews(SpeakerRosters rosters, SpeakerNames given) {
    this.rosters = rosters;
    this.given = given;
  }

  /// A result as the caller may read it: only those who may enrol are told whom unknown voices
  /// resemble.
  ///
  /// @param result of this transcription job of the caller, as JSON
  TranscriptView of(Caller caller, JobId job, String result) {
    TranscriptionResult stored = Json.read(result, TranscriptionResult.class);
    return TranscriptView.of(
        stored,
        rosters.names(caller.tenant(), mentioned(stored)),
        stored.speakers() == null ? Map.of() : given.of(caller.tenant(), job),
        caller.may(Permission.ENROLL));
  }

  /// A result as everybody may read it, with the names as of the transaction.
  TranscriptView of(Handle transaction, TenantId tenant, TranscriptionResult result) {
    return TranscriptView.of(
        result, rosters.names(transaction, tenant, mentioned(result)), Map.of(), false);
  }

  /// The turns of a transcript as RTTM.
  ///
  /// @throws Problem NOT_ACCEPTABLE if speakers were not distinguished
  static String rttm(JobId job, TranscriptView transcript) {
    List<TurnView> turns = transcript.turns();
    if (turns == null) {
      throw new Problem(
          ProblemCode.NOT_ACCEPTABLE, "Only jobs with 'diarize' have turns of speakers.");
    }
    Map<String, String> names = rttmNames(transcript);
    return Rttm.of(
        job.toString(),
        turns.stream()
            .map(turn ->
                new SpeakerTurn(
                    turn.start(),
                    turn.end(),
                    Objects.requireNonNull(names.get(key(turn.speaker())))))
            .toList());
  }

  /// Speakers of the same name keep apart by their labels.
  private static Map<String, String> rttmNames(TranscriptView transcript) {
    List<TranscriptView.VoiceView> speakers = Objects.requireNonNull(transcript.speakers());
    Map<String, Long> bearers =
        speakers.stream()
            .collect(
                Collectors.groupingBy(
                    speaker -> String.valueOf(speaker.displayName()), Collectors.counting()));
    Map<String, String> names = new LinkedHashMap<>();
    for (TranscriptView.VoiceView speaker : speakers) {
      String name = speaker.displayName();
      names.put(
          speaker.id() != null ? speaker.id() : speaker.label(),
          name == null
              ? speaker.label()
              : bearers.getOrDefault(name, 0L) > 1 ? name + "_" + speaker.label() : name);
    }
    return names;
  }

  private static String key(SpeakerTag speaker) {
    return speaker.id() != null ? speaker.id() : String.valueOf(speaker.label());
  }

  private static Set<SpeakerId> mentioned(TranscriptionResult result) {
    RecordedSpeakers speakers = result.speakers();
    return speakers == null ? Set.of() : speakers.mentioned();
  }
}
