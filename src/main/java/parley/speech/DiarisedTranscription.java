package parley.speech;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleConsumer;
import java.util.stream.Collectors;
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
import parley.speech.TranscriptionRequest.SpeakerRequest;
import parley.speech.TranscriptionResult.StoredSegment;
import parley.speech.diarisation.AttributedSegment;
import parley.speech.diarisation.Diarisation;
import parley.speech.diarisation.DiarisedSpeaker;
import parley.speech.diarisation.SegmentEdges;
import parley.speech.diarisation.SpeakerAssignment;
import parley.speech.diarisation.SpeakerCount;
import parley.speech.diarisation.SpeakerTurn;
import parley.speech.transcript.Segment;
import parley.speech.transcript.Transcript;
import parley.storage.SpoolFile;

/// Transcribes recordings and says who speaks when. The node's own models distinguish the speakers,
/// whichever backend transcribes.
public final class DiarisedTranscription {
  /// The part of the work that is transcription; about right for the node's own recogniser.
  private static final double TRANSCRIPTION_SHARE = 0.85;

  /// Before the number of a channel in its speaker's label.
  private static final String CHANNEL = "channel ";

  private final Backends backends;
  private final Optional<SpeakerDiarisation> models;
  private final SpeakerRosters rosters;
  private final ChannelFiles channels;
  private final SpeechBudget budget;

  /// @param models empty on a node without speech models
  public DiarisedTranscription(
      Backends backends,
      Optional<SpeakerDiarisation> models,
      SpeakerRosters rosters,
      ChannelFiles channels,
      SpeechBudget budget) {
    this.backends = backends;
    this.models = models;
    this.rosters = rosters;
    this.channels = channels;
    this.budget = budget;
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
    SpeakerDiarisation diarisation =
        models.orElseThrow(() ->
            new Problem(
                ProblemCode.BACKEND_UNAVAILABLE,
                "This node has no models that distinguish speakers."));
    if (!wanted.known().isEmpty()) {
      rosters.requireNaming(job.tenant());
    }
    try (SpeakerRoster roster = rosters.open(job.tenant(), wanted.roster());
        KnownVoices known =
            KnownVoices.of(roster, job, wanted.known(), channels.blobs(), diarisation)) {
      Work work = new Work(diarisation, request, wanted.count(), known, roster.allowsAnonymous());
      return wanted.separateChannels()
          ? separately(job, recording, work, progress)
          : together(recording, work, progress);
    }
  }

  /// @param known overwritten when the work is done
  private record Work(
      SpeakerDiarisation diarisation,
      TranscriptionRequest request,
      SpeakerCount count,
      KnownVoices known,
      boolean anonymous) {}

  /// What is said in a file, and by which voices.
  private record Heard(Backends.Heard words, Diarisation voices) {}

  private Heard hear(Work work, Path file, SpeakerCount count, DoubleConsumer progress)
      throws IOException {
    Backends.Heard words =
        backends.transcribe(
            work.request().backends(),
            file,
            work.request().options(),
            share -> progress.accept(share * TRANSCRIPTION_SHARE));
    Diarisation voices =
        work.diarisation()
            .diarise(
                file,
                count,
                share -> progress.accept(TRANSCRIPTION_SHARE + share * (1 - TRANSCRIPTION_SHARE)));
    return new Heard(words, voices);
  }

  private TranscriptionResult together(Path recording, Work work, DoubleConsumer progress)
      throws IOException {
    Heard heard = hear(work, recording, work.count(), progress);
    Identified identified =
        SpeakerIdentification.identify(
            heard.voices(), work.known().profiles(), work.count().min(), work.anonymous());
    List<AttributedSegment> spoken =
        SpeakerAssignment.assign(heard.words().transcript().segments(), identified.turns());
    List<StoredSegment> segments =
        SegmentEdges.follow(spoken, identified.turns()).stream()
            .map(part -> StoredSegment.of(part.segment(), identified.shown(part.speaker()), null))
            .toList();
    return TranscriptionResult.of(
        heard.words(), work.request(), segments, null, identified.speakers());
  }

  /// Each channel is transcribed on its own, and is one speaker.
  private TranscriptionResult separately(
      Job job, Path recording, Work work, DoubleConsumer progress) throws IOException {
    int count = channels.count(recording);
    budget.check(job.tenant(), recording, count);
    List<Heard> heard = new ArrayList<>();
    for (int channel = 0; channel < count; channel++) {
      double before = channel;
      try (SpoolFile file = channels.extract(recording, channel)) {
        heard.add(
            hear(
                work,
                file.path(),
                SpeakerCount.exactly(1),
                share -> progress.accept((before + share) / count)));
      }
    }
    List<AttributedSegment> segments = new ArrayList<>();
    List<SpeakerTurn> turns = new ArrayList<>();
    List<DiarisedSpeaker> speakers = new ArrayList<>();
    for (int channel = 0; channel < count; channel++) {
      String label = CHANNEL + channel;
      Heard one = heard.get(channel);
      List<Segment> said = one.words().transcript().segments();
      said.forEach(segment -> segments.add(new AttributedSegment(segment, label)));
      List<SpeakerTurn> own = turns(one.voices(), said, label);
      turns.addAll(own);
      one.voices()
          .speakers()
          .forEach(voice ->
              speakers.add(new DiarisedSpeaker(label, voice.centroid(), voice.talkSeconds())));
      if (one.voices().speakers().isEmpty() && !own.isEmpty()) {
        speakers.add(new DiarisedSpeaker(label, null, 0));
      }
    }
    segments.sort(Comparator.comparingDouble(part -> part.segment().start()));
    turns.sort(Comparator.comparingDouble(SpeakerTurn::start));
    Identified identified =
        SpeakerIdentification.identify(
            new Diarisation(turns, speakers), work.known().profiles(), count, work.anonymous());
    return TranscriptionResult.of(
        joined(heard, segments),
        work.request(),
        segments.stream()
            .map(part ->
                StoredSegment.of(
                    part.segment(),
                    identified.shown(identified.labels().get(part.speaker())),
                    channel(part)))
            .toList(),
        count,
        identified.speakers());
  }

  private static Integer channel(AttributedSegment part) {
    return Integer.valueOf(String.valueOf(part.speaker()).substring(CHANNEL.length()));
  }

  /// Words that were recognised in a channel are its speaker's, even if no voice was found.
  private static List<SpeakerTurn> turns(Diarisation voices, List<Segment> said, String label) {
    return voices.turns().isEmpty()
        ? said.stream()
            .filter(segment -> segment.end() > segment.start())
            .map(segment -> new SpeakerTurn(segment.start(), segment.end(), label))
            .toList()
        : voices.turns().stream()
            .map(turn -> new SpeakerTurn(turn.start(), turn.end(), label))
            .toList();
  }

  /// The transcripts of all channels as one.
  private static Backends.Heard joined(List<Heard> heard, List<AttributedSegment> segments) {
    List<Transcript> transcripts = heard.stream().map(one -> one.words().transcript()).toList();
    Backends.Heard first = heard.getFirst().words();
    return new Backends.Heard(
        new Transcript(
            segments.stream().map(part -> part.segment().text()).collect(Collectors.joining(" ")),
            segments.stream().map(AttributedSegment::segment).toList(),
            transcripts.stream()
                .sorted(Comparator.comparingInt((Transcript one) -> -one.text().length()))
                .flatMap(one -> Stream.ofNullable(one.language()))
                .findFirst()
                .orElse(null),
            transcripts.stream()
                .map(Transcript::duration)
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO)),
        first.backend(),
        first.model());
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
