package parley.speech;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import parley.auth.Caller;
import parley.db.Database;
import parley.jobs.Job;
import parley.jobs.JobKind;
import parley.jobs.JobProgress;
import parley.jobs.Jobs;
import parley.jobs.Jobs.Urgency;
import parley.storage.BlobKey;
import parley.storage.Blobs;
import parley.storage.SpoolFile;
import parley.web.Json;

/// Transcribing recordings: each is a job, also the one that a request waits for.
public final class Transcriptions implements JobKind {
  private static final String KIND = "transcription";

  private final Database database;
  private final Blobs blobs;
  private final Jobs jobs;
  private final Transcriber transcriber;

  public Transcriptions(Database database, Blobs blobs, Jobs jobs, Transcriber transcriber) {
    this.database = database;
    this.blobs = blobs;
    this.jobs = jobs;
    this.transcriber = transcriber;
  }

  /// Queues a recording that was just received. It is kept for as long as the job needs it.
  public Job queue(Caller caller, SpoolFile recording, @Nullable String language, Urgency urgency)
      throws IOException {
    transcriber.checkLanguage(language);
    String request = Json.write(new TranscriptionRequest(language, recording.size()));
    Jobs.Order order = new Jobs.Order(KIND, request, recording.seal(), urgency);
    return blobs.keep(
        caller.tenant(),
        recording,
        "application/octet-stream",
        transaction -> jobs.queue(transaction, caller, order));
  }

  /// Queues a stored content of `size` bytes.
  public Job queue(Caller caller, BlobKey content, long size, @Nullable String language) {
    transcriber.checkLanguage(language);
    String request = Json.write(new TranscriptionRequest(language, size));
    return database.inTransaction(transaction -> {
      blobs.use(transaction, content);
      return jobs.queue(
          transaction, caller, new Jobs.Order(KIND, request, content.sha256(), Urgency.BACKGROUND));
    });
  }

  @Override
  public String name() {
    return KIND;
  }

  @Override
  public String run(Job job, JobProgress progress) throws IOException {
    if (job.input() == null) {
      throw new IllegalStateException(job.id() + " has no recording");
    }
    TranscriptionRequest request = Json.read(job.request(), TranscriptionRequest.class);
    Path recording =
        blobs
            .store()
            .file(new BlobKey(job.tenant(), job.input()))
            .orElseThrow(() -> new IllegalStateException("the store has no local files"));
    Transcript transcript =
        transcriber.transcribe(recording, request.language(), progress::reached);
    return Json.write(TranscriptionResult.of(transcript, request.audioBytes()));
  }
}
