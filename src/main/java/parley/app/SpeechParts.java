package parley.app;

import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import parley.config.Config;
import parley.config.Roles.Role;
import parley.db.Database;
import parley.events.EventLog;
import parley.jobs.JobExecutions;
import parley.jobs.JobKind;
import parley.jobs.JobRoutes;
import parley.jobs.JobRunner;
import parley.jobs.Jobs;
import parley.media.Media;
import parley.metering.Meter;
import parley.metering.UsageRoutes;
import parley.speakers.SpeakerRosters;
import parley.speech.Backend;
import parley.speech.Backends;
import parley.speech.ChannelFiles;
import parley.speech.DiarisedTranscription;
import parley.speech.EchoRoutes;
import parley.speech.OpenAiModelRoutes;
import parley.speech.OpenAiRoutes;
import parley.speech.RecordingIntake;
import parley.speech.SpeakerDiarisation;
import parley.speech.SpeakerNameRoutes;
import parley.speech.SpeakerNames;
import parley.speech.SpeechBudget;
import parley.speech.StoredRecordings;
import parley.speech.Tariff;
import parley.speech.TenantPolicies;
import parley.speech.TenantPolicyRoutes;
import parley.speech.TranscribeRoutes;
import parley.speech.TranscriptIntake;
import parley.speech.TranscriptRooms;
import parley.speech.TranscriptViews;
import parley.speech.TranscriptionJobs;
import parley.speech.Transcriptions;
import parley.speech.decoding.AudioDecoder;
import parley.speech.deepgram.DeepgramRoutes;
import parley.speech.live.LiveStreams;
import parley.storage.Blobs;
import parley.web.Route;

/// Transcription and live captions, wired.
///
/// @param jobs which run transcriptions
/// @param transcriptions for other features to have recordings transcribed
/// @param state of the backends, in words
/// @param liveStreams of this node
record SpeechParts(
    Jobs jobs,
    Transcriptions transcriptions,
    Supplier<String> state,
    LiveStreams liveStreams,
    List<Route> routes) {
  private static final long MIB = 1024 * 1024;

  /// @param policies which of the backends a tenant allows
  /// @param rosters who may be named
  /// @param drain how long a stop may wait for jobs
  static SpeechParts start(
      Foundation base,
      SpeechBackends loading,
      Backends backends,
      TenantPolicies policies,
      SpeakerRosters rosters,
      ChannelFiles channels,
      EventLog events,
      MediaParts media,
      TranscriptRooms rooms,
      Drain drain)
      throws IOException {
    Config config = base.config();
    Database database = base.database();
    Blobs blobs = base.blobs();
    Clock clock = base.clock();
    AudioDecoder decoder = channels.decoder();
    DecodedLength length = new DecodedLength(decoder);
    JobExecutions executions = new JobExecutions(clock);
    Jobs jobs = new Jobs(database, executions, blobs, events, clock);
    Meter meter = new Meter(database, clock);
    SpeechBudget budget = new SpeechBudget(meter, length, channels);
    Transcriptions transcriptions =
        new Transcriptions(database, blobs, jobs, policies, budget, rooms, rosters);
    Tariff tariff = new Tariff(config.speech().centsPerHour(), config.relay().centsPerHour());
    Optional<SpeakerDiarisation> voices = loading.voices();
    SpeakerNames names = new SpeakerNames(database);
    TranscriptViews views = new TranscriptViews(rosters, names);
    TranscriptionJobs kind =
        new TranscriptionJobs(
            blobs,
            backends,
            new DiarisedTranscription(backends, voices, rosters, channels, budget),
            views,
            media.uploads()::adopt,
            rooms,
            policies,
            budget,
            meter,
            tariff);
    Map<String, JobKind> kinds = Map.of(kind.name(), kind);
    LiveParts live = LiveParts.start(base, loading, backends, decoder, policies, meter, rosters);
    if (config.server().roles().has(Role.WORKER)) {
      JobRunner.Settings settings =
          new JobRunner.Settings(
              base.node(), config.jobs().workers(), drain::left, config.jobs().patience());
      JobRunner runner = new JobRunner(database, jobs, executions, kinds, clock, settings);
      runner.start();
      base.opened().add(runner);
    }
    RecordingIntake intake =
        new RecordingIntake(
            transcriptions,
            jobs,
            blobs,
            length,
            new RecordingIntake.Limits(
                config.media().maxUploadMb() * MIB, config.speech().inlineMaxBytes()));
    TranscriptIntake transcripts = new TranscriptIntake(intake, jobs, views);
    StoredRecordings recordings = (caller, id) -> recording(media.library().named(caller, id));
    return new SpeechParts(
        jobs,
        transcriptions,
        () -> state(loading, backends),
        live.streams(),
        Stream.of(
                live.routes(),
                new JobRoutes(jobs, kinds).routes(),
                new SpeakerNameRoutes(names, jobs, views).routes(),
                new TranscribeRoutes(intake, transcriptions, recordings).routes(),
                new TenantPolicyRoutes(policies).routes(),
                new UsageRoutes(meter).routes(),
                new EchoRoutes(intake, jobs, views).routes(),
                new OpenAiRoutes(intake, transcripts).routes(),
                new OpenAiModelRoutes(backends).routes(),
                new DeepgramRoutes(intake, transcripts).routes())
            .flatMap(List::stream)
            .toList());
  }

  private static StoredRecordings.Recording recording(Media media) {
    return new StoredRecordings.Recording(media.id(), media.blob(), media.size(), media.fileName());
  }

  /// That the models work was shown when they were warmed up.
  private static String state(SpeechBackends own, Backends backends) {
    own.requireLoaded();
    if (own.voices().flatMap(voices -> voices.health().fault()).isPresent()) {
      throw new NotReady("the models of speaker diarisation do not pass their self-test");
    }
    if (backends.find(Backend.A).orElse(null) instanceof LocalTranscriber local) {
      return local.state();
    }
    return backends.has(Backend.B) ? "relayed" : "off: neither own recogniser nor relay";
  }
}
