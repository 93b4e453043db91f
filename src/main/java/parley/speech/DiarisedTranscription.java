package parley.speech;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleConsumer;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import parley.jobs.Job;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.speakers.SpeakerId;
import parley.speakers.SpeakerRoster;
import parley.speakers.SpeakerRosters;
import parley.speech.RecordedSpeakers.Match;
import parley.speech.RecordedSpeakers.Voice;
import parley.speech.SpeakerIdentification.Identified;
import parley.speech.SpeakerIdentification.Profile;
import parley.speech.TranscriptionRequest.SpeakerRequest;
import parley.speech.TranscriptionResult.StoredSegment;
import parley.speech.diarisation.Diarisation;
import parley.speech.diarisation.SpeakerAssignment;

/// Transcribes recordings and says who speaks when. The node's own models distinguish the speakers,
/// whichever backend transcribes.
public final class DiarisedTranscription {
  /// The part of the work that is transcription; about right for the node's own recogniser.
  private static final double TRANSCRIPTION_SHARE = 0.85;

  private final Backends backends;
  private final Optional<SpeakerDiarisation> models;
  private final SpeakerRosters rosters;

  /// @param models empty on a node without speech models
  public DiarisedTranscription(
      Backends backends, Optional<SpeakerDiarisation> models, SpeakerRosters rosters) {
    this.backends = backends;
    this.models = models;
    this.rosters = rosters;
  }

  /// Transcribes a recording.
  ///
  /// @param progress is told the share that is done, 0 to 1; whatever it throws stops the work
  /// @throws Problem BACKEND_UNAVAILABLE on a node without models, SPEAKER_POLICY_FORBIDS if the
  ///   tenant has forbidden it meanwhile, and whatever the backends throw
  TranscriptionResult transcribe(
      Job job,
      TranscriptionRequest request,
      SpeakerRequest wanted,
      Path recording,
      DoubleConsumer progress)
      throws IOException {
    SpeakerDiarisation diarisation = models();
    try (SpeakerRoster roster = rosters.open(job.tenant(), wanted.roster())) {
      Backends.Heard heard =
          backends.transcribe(
              request.backends(),
              recording,
              request.options(),
              share -> progress.accept(share * TRANSCRIPTION_SHARE));
      Diarisation voices =
          diarisation.diarise(
              recording,
              wanted.count(),
              share ->
                  progress.accept(TRANSCRIPTION_SHARE + share * (1 - TRANSCRIPTION_SHARE)));
      Identified identified =
          SpeakerIdentification.identify(
              voices, profiles(roster), wanted.count().min(), roster.allowsAnonymous());
      List<StoredSegment> segments =
          SpeakerAssignment.assign(heard.transcript().segments(), identified.turns()).stream()
              .map(part -> StoredSegment.of(part.segment(), identified.shown(part.speaker())))
              .toList();
      return TranscriptionResult.of(heard, request, segments, identified.speakers());
    }
  }

  private SpeakerDiarisation models() {
    return models.orElseThrow(() ->
        new Problem(
            ProblemCode.BACKEND_UNAVAILABLE, "This node has no models that distinguish speakers."));
  }

  private static List<Profile> profiles(SpeakerRoster roster) {
    return roster.entries().stream()
        .map(entry ->
            new Profile(entry.id().toString(), null, entry.embedding(), entry.threshold()))
        .toList();
  }

  /// Audits, in the transaction that stores a result, who is named in it.
  void use(Handle transaction, Job job, TranscriptionResult result) {
    RecordedSpeakers speakers = result.speakers();
    if (speakers == null) {
      return;
    }
    List<SpeakerRoster.Candidate> named = new ArrayList<>();
    speakers.voices().stream()
        .map(Voice::match)
        .flatMap(Stream::ofNullable)
        .forEach(match -> match.id().ifPresent(id -> named.add(candidate(match, id))));
    rosters.use(transaction, job.tenant(), job.user(), job.id().toString(), named);
  }

  private static SpeakerRoster.Candidate candidate(Match match, SpeakerId id) {
    return new SpeakerRoster.Candidate(id, id.toString(), match.score(), match.threshold());
  }
}
