package parley.speech;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import parley.auth.Permission;
import parley.jobs.Job;
import parley.jobs.JobPriority;
import parley.speech.Transcriptions.Wish;
import parley.tenants.RoomId;
import parley.web.Access;
import parley.web.Exchange;
import parley.web.FormUpload;
import parley.web.Route;

/// `POST /v1/transcribe`: a recording becomes a job.
public final class TranscribeRoutes {
  private final RecordingIntake intake;
  private final Transcriptions transcriptions;
  private final StoredRecordings recordings;

  public TranscribeRoutes(
      RecordingIntake intake, Transcriptions transcriptions, StoredRecordings recordings) {
    this.intake = intake;
    this.transcriptions = transcriptions;
    this.recordings = recordings;
  }

  public List<Route> routes() {
    return List.of(
        Route.post("/v1/transcribe", Access.needs(Permission.TRANSCRIBE), this::transcribe));
  }

  private void transcribe(Exchange exchange) throws IOException {
    try (FormUpload form = intake.receive(exchange)) {
      Job job = queue(exchange, form);
      exchange.data(202, new Queued(job.id().toString(), job.state().text()));
    }
  }

  private record Queued(String jobId, String status) {}

  private Job queue(Exchange exchange, FormUpload form) throws IOException {
    Wish plain = RecordingIntake.wish(exchange, form, "language");
    RoomId room = form.field("room_id").map(RoomId::required).orElse(null);
    Wish wish = new Wish(plain.options(), plain.preference(), plain.diarisation(), room);
    Optional<String> mediaId = form.field("media_id");
    if (mediaId.isPresent() && !form.hasFile()) {
      StoredRecordings.Recording stored = recordings.find(exchange.caller(), mediaId.get());
      return transcriptions.queue(exchange.caller(), stored, wish);
    }
    return intake.queue(exchange, form, wish, JobPriority.BACKGROUND);
  }
}
