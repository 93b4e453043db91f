package parley.speech;

import java.io.IOException;
import java.util.List;
import parley.auth.Caller;
import parley.db.Database;
import parley.jobs.Job;
import parley.jobs.Jobs;
import parley.jobs.Jobs.Urgency;
import parley.speech.engine.Languages;
import parley.storage.BlobKey;
import parley.storage.Blobs;
import parley.storage.SpoolFile;
import parley.web.Json;

/// Asking for transcripts: each is a job, also the one that a request waits for.
public final class Transcriptions {
  private final Database database;
  private final Blobs blobs;
  private final Jobs jobs;

  public Transcriptions(Database database, Blobs blobs, Jobs jobs) {
    this.database = database;
    this.blobs = blobs;
    this.jobs = jobs;
  }

  /// Queues a recording that was just received. It is kept for as long as the job needs it.
  public Job queue(Caller caller, SpoolFile recording, SpeechOptions options, Urgency urgency)
      throws IOException {
    TranscriptionRequest request = request(options, recording.size());
    Jobs.Order order =
        new Jobs.Order(TranscriptionJobs.NAME, Json.write(request), recording.seal(), urgency);
    return blobs.keep(
        caller.tenant(),
        recording,
        "application/octet-stream",
        transaction -> jobs.queue(transaction, caller, order));
  }

  /// Queues a stored content of `size` bytes.
  public Job queue(Caller caller, BlobKey content, long size, SpeechOptions options) {
    TranscriptionRequest request = request(options, size);
    Jobs.Order order =
        new Jobs.Order(
            TranscriptionJobs.NAME, Json.write(request), content.sha256(), Urgency.BACKGROUND);
    return database.inTransaction(transaction -> {
      blobs.use(transaction, content);
      return jobs.queue(transaction, caller, order);
    });
  }

  private static TranscriptionRequest request(SpeechOptions options, long size) {
    Languages.check(options.language());
    return new TranscriptionRequest(options, size, List.of(Backend.A));
  }
}
