package parley.jobs;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import parley.auth.Permission;
import parley.paging.Cursor;
import parley.paging.Page;
import parley.problem.Dialect;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.web.Accept;
import parley.web.Access;
import parley.web.Exchange;
import parley.web.Route;

/// Asking how jobs stand.
public final class JobRoutes {
  private static final String JSON = "application/json";

  private final Jobs jobs;
  private final Map<String, JobKind> kinds;

  public JobRoutes(Jobs jobs, List<JobKind> kinds) {
    this.jobs = jobs;
    this.kinds = kinds.stream().collect(Collectors.toMap(JobKind::name, Function.identity()));
  }

  public List<Route> routes() {
    Access access = Access.needs(Permission.TRANSCRIBE);
    // Who records a call has a job, too, when the recording is transcribed; each reads their own.
    Access own = Access.needsOneOf(Permission.TRANSCRIBE, Permission.CALLS);
    return List.of(
        Route.get("/v1/jobs", access, this::list),
        Route.get("/v1/jobs/{job_id}", own, this::show),
        Route.get("/v1/queue/jobs/{job_id}", own, this::show),
        Route.post("/v1/jobs/{job_id}/cancel", access, this::cancel));
  }

  private void list(Exchange exchange) throws IOException {
    int limit = exchange.query("limit", Page.DEFAULT_LIMIT, 1, Page.MAX_LIMIT);
    Cursor behind = exchange.query("cursor").map(Cursor::parse).orElse(null);
    exchange.page(jobs.list(exchange.caller(), behind, limit).map(JobRoutes::summary));
  }

  /// The same job as JSON or, once it is completed, as the form that the client prefers.
  private void show(Exchange exchange) throws IOException {
    Job job = jobs.find(exchange.caller(), id(exchange));
    Map<String, ResultForm> forms = kind(job).forms();
    List<String> offered = Stream.concat(Stream.of(JSON), forms.keySet().stream()).toList();
    String chosen =
        Accept.choose(exchange.header("Accept"), offered)
            .orElseThrow(() ->
                new Problem(
                    ProblemCode.NOT_ACCEPTABLE,
                    "A job can be had as " + String.join(", ", offered) + "."));
    exchange.setHeader("Vary", "Accept");
    ResultForm form = forms.get(chosen);
    if (form == null) {
      exchange.data(200, view(job, exchange.queryFlag("words")));
    } else {
      exchange.text(200, chosen + ";charset=utf-8", form.of(result(job)));
    }
  }

  private static String result(Job job) {
    return switch (job.state()) {
      case JobState.Completed completed -> completed.result();
      case JobState.Queued queued -> throw notYet(job);
      case JobState.Running running -> throw notYet(job);
      case JobState.Failed failed -> throw never("The job failed: " + failed.message());
      case JobState.Cancelled cancelled -> throw never("The job was cancelled.");
    };
  }

  private static Problem notYet(Job job) {
    return new Problem(
            ProblemCode.JOB_NOT_COMPLETED, "The job is " + job.state().text() + "; ask again.")
        .retryAfter(Duration.ofSeconds(1));
  }

  private static Problem never(String why) {
    return new Problem(ProblemCode.JOB_NOT_COMPLETED, why);
  }

  private void cancel(Exchange exchange) throws IOException {
    exchange.data(200, view(jobs.cancel(exchange.caller(), id(exchange)), false));
  }

  private JobKind kind(Job job) {
    JobKind kind = kinds.get(job.kind());
    if (kind == null) {
      throw new IllegalStateException("no such kind of job: " + job.kind());
    }
    return kind;
  }

  private static JobId id(Exchange exchange) {
    return exchange.path("job_id", JobId::parse, ProblemCode.JOB_NOT_FOUND);
  }

  /// The job with what it made: the fields of a completed job's result stand beside its own.
  private Map<String, Object> view(Job job, boolean detailed) {
    Map<String, Object> view = summary(job);
    if (job.state() instanceof JobState.Completed completed) {
      kind(job).view(completed.result(), detailed).forEach(view::putIfAbsent);
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
      case JobState.Failed failed -> times(view, failed.startedAt(), failed.finishedAt());
      case JobState.Cancelled cancelled ->
          times(view, cancelled.startedAt(), cancelled.finishedAt());
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
