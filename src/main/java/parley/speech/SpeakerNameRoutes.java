package parley.speech;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import parley.auth.Permission;
import parley.jobs.JobId;
import parley.jobs.Jobs;
import parley.problem.ProblemCode;
import parley.web.Access;
import parley.web.Exchange;
import parley.web.Route;

/// Naming the voices of a transcript.
public final class SpeakerNameRoutes {
  private final SpeakerNames names;
  private final Jobs jobs;
  private final TranscriptViews views;

  public SpeakerNameRoutes(SpeakerNames names, Jobs jobs, TranscriptViews views) {
    this.names = names;
    this.jobs = jobs;
    this.views = views;
  }

  public List<Route> routes() {
    return List.of(
        Route.put(
            "/v1/jobs/{job_id}/speakers/{label}", Access.needs(Permission.TRANSCRIBE), this::name));
  }

  /// @param displayName null to show the label again
  record Naming(@Nullable String displayName) {}

  private record Named(String label, @Nullable String displayName) {}

  private void name(Exchange exchange) throws IOException {
    JobId job = exchange.path("job_id", JobId::parse, ProblemCode.JOB_NOT_FOUND);
    String label = exchange.path("label", Optional::of, ProblemCode.SPEAKER_NOT_FOUND);
    String name = exchange.json(Naming.class).displayName;
    names.name(jobs, views, exchange.caller(), job, label, name);
    exchange.data(200, new Named(label, name));
  }
}
