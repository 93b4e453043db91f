package parley.speech;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import parley.jobs.Job;
import parley.jobs.JobKind;
import parley.jobs.JobProgress;
import parley.jobs.ResultForm;
import parley.storage.BlobKey;
import parley.storage.BlobStore;
import parley.web.Json;

/// How transcription jobs are worked on and shown.
public final class TranscriptionJobs implements JobKind {
  static final String NAME = "transcription";

  private final BlobStore store;
  private final Backends backends;

  public TranscriptionJobs(BlobStore store, Backends backends) {
    this.store = store;
    this.backends = backends;
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
    TranscriptionRequest request = Json.read(job.request(), TranscriptionRequest.class);
    Path recording =
        store
            .file(new BlobKey(job.tenant(), job.input()))
            .orElseThrow(() -> new IllegalStateException("the store has no local files"));
    Backends.Heard heard =
        backends.transcribe(request.backends(), recording, request.options(), progress::reached);
    return Json.write(TranscriptionResult.of(heard, request.audioBytes()));
  }

  @Override
  public Map<String, Object> view(String result, boolean detailed) {
    return detailed ? Json.fields(result) : Json.fields(Json.write(read(result).withoutWords()));
  }

  @Override
  public Map<String, ResultForm> forms() {
    Map<String, ResultForm> forms = new LinkedHashMap<>();
    forms.put("text/plain", result -> read(result).transcript() + "\n");
    forms.put("text/vtt", result -> WebVtt.of(read(result)));
    forms.put("application/x-subrip", result -> SubRip.of(read(result)));
    return forms;
  }

  private static TranscriptionResult read(String result) {
    return Json.read(result, TranscriptionResult.class);
  }
}
