package parley.speech;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import parley.jobs.Job;
import parley.jobs.JobPriority;
import parley.jobs.JobState;
import parley.jobs.Jobs;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.speech.Transcriptions.Wish;
import parley.speech.transcript.Keyterms;
import parley.speech.transcript.Languages;
import parley.speech.transcript.SpeechOptions;
import parley.storage.Blobs;
import parley.storage.SpoolFile;
import parley.text.Parsed;
import parley.web.Exchange;
import parley.web.FormUpload;

/// Receives recordings from the forms of all dialects, and waits for transcripts where the request
/// does.
public final class RecordingIntake {
  /// After this long OpenAI's own clients give up, and others would too.
  private static final Duration MAX_WAIT = Duration.ofMinutes(10);

  /// What OpenAI's clients call keyterms.
  private static final String KEYWORDS = "keywords";

  private static final int BODY_BUFFER = 16 * 1024;

  private final Transcriptions transcriptions;
  private final Jobs jobs;
  private final Blobs blobs;
  private final Limits limits;
  private final KnownSpeakerIntake voices;

  /// Sizes of recordings.
  ///
  /// @param maxBytes of any recording
  /// @param inlineMaxBytes of one that a request waits for
  public record Limits(long maxBytes, long inlineMaxBytes) {}

  public RecordingIntake(
      Transcriptions transcriptions,
      Jobs jobs,
      Blobs blobs,
      RecordingLength length,
      Limits limits) {
    this.transcriptions = transcriptions;
    this.jobs = jobs;
    this.blobs = blobs;
    this.limits = limits;
    this.voices = new KnownSpeakerIntake(blobs, length);
  }

  /// Reads the request's form; the caller closes it.
  FormUpload receive(Exchange exchange) throws IOException {
    return FormUpload.read(exchange, "file", limits.maxBytes, ProblemCode.MEDIA_TOO_LARGE, blobs);
  }

  /// As [#receive], for forms that may hold samples of voices.
  FormUpload receiveWithVoices(Exchange exchange) throws IOException {
    return FormUpload.read(
        exchange,
        "file",
        limits.maxBytes,
        KnownSpeakerIntake.parts(),
        KnownSpeakerIntake.MAX_BYTES,
        ProblemCode.MEDIA_TOO_LARGE,
        blobs);
  }

  /// Receives a recording that is the request's whole body; the caller closes it.
  ///
  /// @throws Problem NO_FILE for an empty body, MEDIA_TOO_LARGE while the client is still sending
  public SpoolFile receiveBody(Exchange exchange) throws IOException {
    SpoolFile recording = blobs.receive();
    try {
      InputStream body = exchange.body();
      byte[] buffer = new byte[BODY_BUFFER];
      for (int count = body.read(buffer); count >= 0; count = body.read(buffer)) {
        if (recording.size() + count > limits.maxBytes) {
          throw new Problem(
              ProblemCode.MEDIA_TOO_LARGE,
              "A recording may have at most " + limits.maxBytes + " bytes.");
        }
        recording.write(buffer, 0, count);
      }
      if (recording.size() == 0) {
        throw new Problem(ProblemCode.NO_FILE, "The body is empty; it must be a recording.");
      }
      exchange.requireRightsNow();
      return recording;
    } catch (IOException | RuntimeException e) {
      recording.close();
      throw e;
    }
  }

  /// Queues such a recording, as [Transcriptions#queue] tells: ahead of others if it is small
  /// enough for a request to wait for it.
  public Job queueBody(Exchange exchange, SpoolFile recording, Wish wish) throws IOException {
    return transcriptions.queue(
        exchange.caller(),
        recording,
        "recording",
        wish,
        KnownSpeakers.NOBODY,
        recording.size() <= limits.inlineMaxBytes
            ? JobPriority.WAITED_FOR
            : JobPriority.BACKGROUND);
  }

  /// What the form asks for, with the language in the field of that name.
  static Wish wish(Exchange exchange, FormUpload form, String languageField) {
    return wish(
        exchange,
        form,
        Optional.ofNullable(
            Languages.normal(form.field(languageField).orElse(null), languageField)),
        form::field);
  }

  /// As above.
  ///
  /// @param language the hint
  /// @param diarisation the fields that [DiarisationOptions#parse] reads
  static Wish wish(
      Exchange exchange,
      FormUpload form,
      Optional<String> language,
      Function<String, Optional<String>> diarisation) {
    return new Wish(
        new SpeechOptions(
            // A relay is told no more than it has to understand: `en`, not `en-US`.
            Languages.normal(language.orElse(null), "language"),
            form.field("temperature").map(RecordingIntake::temperature).orElse(null),
            null,
            Keyterms.parse(
                Stream.of(Keyterms.FIELD, KEYWORDS)
                    .flatMap(name -> form.list(name, Keyterms.MAX_TERMS + 1).stream())
                    .toList()),
            form.field("prompt").orElse(null)),
        BackendPreference.parse(form.field("backend_preference")),
        DiarisationOptions.parse(exchange.caller(), diarisation).orElse(null),
        null);
  }

  /// Whether the form's recording is small enough for a request to wait for it.
  boolean isSmall(FormUpload form) {
    return form.file().size() <= limits.inlineMaxBytes;
  }

  /// Queues the form's recording, as [Transcriptions#queue] tells, with the samples of voices that
  /// the form holds if speakers are to be distinguished.
  Job queue(Exchange exchange, FormUpload form, Wish wish, JobPriority priority)
      throws IOException {
    try (KnownSpeakers known =
        wish.diarisation() == null ? KnownSpeakers.NOBODY : voices.receive(form)) {
      return transcriptions.queue(
          exchange.caller(), form.file(), form.fileName(), wish, known, priority);
    }
  }

  /// Waits for a job to be completed; empty when it takes longer than a request may wait, or the
  /// server stops.
  ///
  /// @throws Problem why it failed; JOB_FINISHED when it was cancelled meanwhile
  /// @throws Problem also TOKEN_INVALID when the caller's key ends meanwhile; the job goes on
  Optional<JobState.Completed> completed(Exchange exchange, Job job) {
    return completed(exchange, job, () -> {});
  }

  /// As above.
  ///
  /// @param meanwhile called at intervals; an exception that it throws ends the wait
  Optional<JobState.Completed> completed(Exchange exchange, Job job, Runnable meanwhile) {
    Optional<Job> ended;
    try {
      ended =
          jobs.await(
              exchange.caller(),
              job.id(),
              MAX_WAIT,
              () -> {
                exchange.requireRights();
                meanwhile.run();
              });
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Problem(ProblemCode.UNAVAILABLE, "The server is stopping; the job goes on later.");
    }
    return switch (ended.map(Job::state).orElse(job.state())) {
      case JobState.Completed completed -> Optional.of(completed);
      case JobState.Failed failed -> throw failed.problem();
      case JobState.Cancelled cancelled ->
          throw new Problem(ProblemCode.JOB_FINISHED, "The job was cancelled meanwhile.");
      case JobState.Queued queued -> Optional.empty();
      case JobState.Running running -> Optional.empty();
    };
  }

  private static double temperature(String text) {
    return Parsed.of(text.strip(), Double::valueOf)
        .filter(value -> value >= 0 && value <= 1)
        .orElseThrow(() -> Problem.invalid("temperature", "is a number from 0 to 1"));
  }
}
