package parley.jobs;

import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import parley.auth.Permission;
import parley.problem.Dialect;
import parley.problem.ProblemCode;
import parley.web.Access;
import parley.web.Exchange;
import parley.web.Json;
import parley.web.Route;

/// Asking how jobs stand.
public final class JobRoutes {
  private static final int MOST_LISTED = 200;

  private final Jobs jobs;

  public JobRoutes(Jobs jobs) {
    this.jobs = jobs;
  }

  public List<Route> routes() {
    Access access = Access.needs(Permission.TRANSCRIBE);
    return List.of(
        Route.get("/v1/jobs", access, this::list),
        Route.get("/v1/jobs/{job_id}", access, this::show),
        Route.get("/v1/queue/jobs/{job_id}", access, this::show),
        Route.post("/v1/jobs/{job_id}/cancel", access, this::cancel));
  }

  private void list(Exchange exchange) throws IOException {
    int limit = exchange.query("limit", 50, 1, MOST_LISTED);
    exchange.data(
        200, jobs.list(exchange.caller(), limit).stream().map(JobRoutes::summary).toList());
  }

  private void show(Exchange exchange) throws IOException {
    exchange.data(200, view(jobs.find(exchange.caller(), id(exchange))));
  }

  private void cancel(Exchange exchange) throws IOException {
    exchange.data(200, view(jobs.cancel(exchange.caller(), id(exchange))));
  }

  private static JobId id(Exchange exchange) {
    return exchange.path("job_id", JobId::parse, ProblemCode.JOB_NOT_FOUND);
  }

  /// The job with what it made: the fields of a completed job's result stand beside its own.
  private static Map<String, Object> view(Job job) {
    Map<String, Object> view = summary(job);
    if (job.state() instanceof JobState.Completed completed) {
      Json.fields(completed.result()).forEach(view::putIfAbsent);
    }
    return view;
  }

  private static Map<String, Object> summary(Job job) {
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("job_id", job.id().toString());
    view.put("status", job.state().text());
    view.put("progress", progress(job.state()));
    view.put("created_at", job.createdAt());
    switch (job.state()) {
      case JobState.Queued queued -> times(view, null, null);
      case JobState.Running running -> times(view, running.startedAt(), null);
      case JobState.Completed done -> times(view, done.startedAt(), done.finishedAt());
      case JobState.Failed failed -> times(view, null, failed.finishedAt());
      case JobState.Cancelled cancelled -> times(view, null, cancelled.finishedAt());
    }
    view.put(
        "error",
        job.state() instanceof JobState.Failed failed
            ? Map.of("code", failed.code().code(Dialect.WAVE), "message", failed.message())
            : null);
    return view;
  }

  private static double progress(JobState state) {
    return switch (state) {
      case JobState.Running running -> running.progress();
      case JobState.Completed completed -> 1;
      case JobState.Queued queued -> 0;
      case JobState.Failed failed -> 0;
      case JobState.Cancelled cancelled -> 0;
    };
  }

  private static void times(
      Map<String, Object> view, @Nullable Instant startedAt, @Nullable Instant finishedAt) {
    view.put("started_at", startedAt);
    view.put("finished_at", finishedAt);
  }
}
