package parley.speech;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import parley.auth.Caller;
import parley.jobs.Job;
import parley.jobs.JobKind;
import parley.jobs.JobProgress;
import parley.jobs.ResultForm;
import parley.json.Json;
import parley.media.MediaId;
import parley.metering.Meter;
import parley.metering.MeterEntry;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.speech.TranscriptionRequest.Retention;
import parley.speech.TranscriptionRequest.Source;
import parley.speech.TranscriptionRequest.SpeakerRequest;
import parley.speech.subtitles.Cue;
import parley.speech.subtitles.LineLimits;
import parley.speech.subtitles.SubRip;
import parley.speech.subtitles.WebVtt;
import parley.speech.transcript.Progress;
import parley.speech.transcript.Segment;
import parley.storage.BlobKey;
import parley.storage.Blobs;
import parley.storage.LocalFile;
import parley.storage.Sha256;
import parley.tenants.RoomId;

/// How transcription jobs are worked on and shown.
public final class TranscriptionJobs implements JobKind {
  static final String NAME = "transcription";

  private final Blobs blobs;
  private final Backends backends;
  private final DiarisedTranscription diarised;
  private final TranscriptViews views;
  private final RetainedRecordings retained;
  private final TranscriptRooms rooms;
  private final TenantPolicies policies;
  private final SpeechBudget budget;
  private final Meter meter;
  private final Tariff tariff;

  public TranscriptionJobs(
      Blobs blobs,
      Backends backends,
      DiarisedTranscription diarised,
      TranscriptViews views,
      RetainedRecordings retained,
      TranscriptRooms rooms,
      TenantPolicies policies,
      SpeechBudget budget,
      Meter meter,
      Tariff tariff) {
    this.blobs = blobs;
    this.backends = backends;
    this.diarised = diarised;
    this.views = views;
    this.retained = retained;
    this.rooms = rooms;
    this.policies = policies;
    this.budget = budget;
    this.meter = meter;
    this.tariff = tariff;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String run(Job job, JobProgress progress) throws IOException {
    if (job.input() == null) {
      throw new IllegalStateException(job.id() + " has no recording");
    }
    TranscriptionRequest asked = request(job);
    TranscriptionRequest request =
        asked.by(policies.of(job.tenant()).stillAllowed(asked.backends()));
    BlobKey content = new BlobKey(job.tenant(), job.input());
    // A row that uses bytes keeps them, except from the virus scanner.
    if (!blobs.store().exists(content)) {
      throw new Problem(
          ProblemCode.RECORDING_GONE,
          "The recording is not there any more: it was found infected, or lost.");
    }
    try (LocalFile recording = blobs.local(content)) {
      budget.check(job.tenant(), recording.path(), 1);
      TranscriptionResult result = transcribe(job, request, recording.path(), progress);
      boolean kept = policies.of(job.tenant()).retainAudio();
      return Json.write(kept ? result : result.withoutRecording());
    }
  }

  private TranscriptionResult transcribe(
      Job job, TranscriptionRequest request, Path recording, JobProgress progress)
      throws IOException {
    SpeakerRequest speakers = request.diarisation();
    if (speakers != null) {
      return diarised.transcribe(job, request, speakers, recording, progress::reached);
    }
    Backends.Heard heard =
        backends.transcribe(
            request.backends(), recording, request.options(), reports(request, progress));
    return TranscriptionResult.of(heard, request);
  }

  private static Progress reports(TranscriptionRequest request, JobProgress progress) {
    if (!request.has(TranscriptExtra.PARTS)) {
      return progress::reached;
    }
    return new Progress() {
      @Override
      public void accept(double share) {
        progress.reached(share);
      }

      @Override
      public void transcribed(List<Segment> segments) {
        if (!segments.isEmpty()) {
          progress.publish(Json.write(TranscriptPart.of(segments, request)));
        }
      }
    };
  }

  @Override
  public void completed(Handle transaction, Job job, String result, Instant now) {
    TranscriptionResult transcript = read(result);
    meter.record(transaction, call(job, transcript, now));
    diarised.use(transaction, job, transcript);
    TranscriptionRequest request = request(job);
    Retention retention = transcript.retainedMediaId() == null ? null : request.retain();
    Sha256 input = job.input();
    if (retention != null && input != null) {
      retained.retain(
          transaction,
          new MediaId(retention.mediaId()),
          new BlobKey(job.tenant(), input),
          job.user(),
          retention.fileName());
    }
    if (request.destination() != null) {
      TranscriptView view = views.of(transaction, job.tenant(), transcript);
      rooms.post(transaction, post(job, request.destination(), retention, view));
    }
  }

  private static TranscriptRooms.Post post(
      Job job,
      TranscriptionRequest.Destination destination,
      @Nullable Retention retention,
      TranscriptView transcript) {
    UUID media = destination.media();
    if (media == null && retention != null) {
      media = retention.mediaId();
    }
    return new TranscriptRooms.Post(
        job.tenant(),
        new RoomId(destination.room()),
        job.user(),
        job.id(),
        media == null ? null : new MediaId(media),
        PlainText.of(transcript),
        transcript.language());
  }

  @Override
  public Map<String, Object> describe(Job job) {
    Source source = request(job).source();
    if (source == null) {
      return Map.of();
    }
    return source.media() == null
        ? Map.of("filename", source.fileName())
        : Map.of("filename", source.fileName(), "media_id", new MediaId(source.media()).toString());
  }

  @Override
  public Map<String, Object> view(Caller caller, Job job, String result, boolean detailed) {
    TranscriptView view = views.of(caller, job.id(), result);
    return Json.fields(Json.write(detailed ? view : view.plain()));
  }

  @Override
  public Map<String, ResultForm> forms() {
    Map<String, ResultForm> forms = new LinkedHashMap<>();
    forms.put("text/plain", (reading, result) -> PlainText.of(view(reading, result)) + "\n");
    forms.put("text/vtt", (reading, result) -> WebVtt.of(cues(reading, result, false)));
    forms.put("application/x-subrip", (reading, result) -> SubRip.of(cues(reading, result, true)));
    forms.put(
        "text/rttm",
        (reading, result) -> TranscriptViews.rttm(reading.job().id(), view(reading, result)));
    return forms;
  }

  private List<Cue> cues(ResultForm.Reading reading, String result, boolean names) {
    LineLimits limits = LineLimits.parse(reading.parameters());
    return view(reading, result).cues(limits, names);
  }

  private TranscriptView view(ResultForm.Reading reading, String result) {
    return views.of(reading.caller(), reading.job().id(), result);
  }

  private MeterEntry call(Job job, TranscriptionResult result, Instant now) {
    int times = result.channels() == null ? 1 : result.channels();
    Duration audio = Duration.ofMillis(Math.round(result.duration() * 1000)).multipliedBy(times);
    return new MeterEntry(
        job.tenant(),
        job.user(),
        job.id().value(),
        result.backendUsed().name(),
        result.model(),
        audio,
        Duration.between(job.createdAt(), now),
        tariff.cost(result.backendUsed(), audio),
        now);
  }

  private static TranscriptionRequest request(Job job) {
    return Json.read(job.request(), TranscriptionRequest.class);
  }

  private static TranscriptionResult read(String result) {
    return Json.read(result, TranscriptionResult.class);
  }
}
