package parley.jobs;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import parley.auth.Caller;
import parley.auth.Permission;
import parley.problem.Dialect;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.web.Accept;
import parley.web.Access;
import parley.web.Exchange;
import parley.web.Route;

/// Routes to list, show and cancel jobs.
public final class JobRoutes {
  private static final String JSON = "application/json";

  private final Jobs jobs;
  private final Map<String, JobKind> kinds;

  /// @param kinds by their names
  public JobRoutes(Jobs jobs, Map<String, JobKind> kinds) {
    this.jobs = jobs;
    this.kinds = kinds;
  }

  public List<Route> routes() {
    Access access = Access.needs(Permission.TRANSCRIBE);
    // Recording a call with a transcript also creates a job. Users see only their own jobs.
    Access own = Access.needsOneOf(Permission.TRANSCRIBE, Permission.CALLS);
    return List.of(
        Route.get("/v1/admin/queue", Access.needs(Permission.OPERATOR), this::queue),
        Route.get("/v1/jobs", access, this::list),
        Route.get("/v1/jobs/{job_id}", own, this::show),
        Route.get("/v1/queue/jobs/{job_id}", own, this::show),
        Route.post("/v1/jobs/{job_id}/cancel", access, this::cancel));
  }

  private void queue(Exchange exchange) throws IOException {
    exchange.data(200, jobs.queueState());
  }

  private void list(Exchange exchange) throws IOException {
    exchange.page(
        jobs.list(exchange.caller(), exchange.pageRequest())
            .map(job -> JobView.of(job, JobKind.of(job, kinds).describe(job))));
  }

  /// Shows the job as JSON or, once completed, in the format that the client prefers.
  private void show(Exchange exchange) throws IOException {
    Job job = jobs.find(exchange.caller(), id(exchange));
    Map<String, ResultForm> forms = JobKind.of(job, kinds).forms();
    List<String> offered = Stream.concat(Stream.of(JSON), forms.keySet().stream()).toList();
    String chosen =
        Accept.choose(exchange.header("Accept"), offered)
            .orElseThrow(() ->
                new Problem(
                    ProblemCode.NOT_ACCEPTABLE,
                    "A job is available as " + String.join(", ", offered) + "."));
    exchange.setHeader("Vary", "Accept");
    if (job.state() instanceof JobState.Completed completed) {
      exchange.reserveFor(completed.result());
    }
    ResultForm form = forms.get(chosen);
    if (form == null) {
      exchange.data(200, view(exchange.caller(), job, exchange.queryFlag("words")));
    } else {
      exchange.text(
          200,
          chosen + ";charset=utf-8",
          form.of(new ResultForm.Reading(exchange.caller(), job, exchange::query), result(job)));
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
    return never("The job is " + job.state().text() + "; try again.")
        .retryAfter(Duration.ofSeconds(1));
  }

  private static Problem never(String why) {
    return new Problem(ProblemCode.JOB_NOT_COMPLETED, why);
  }

  private void cancel(Exchange exchange) throws IOException {
    Caller caller = exchange.caller();
    exchange.data(200, view(caller, jobs.cancel(caller, id(exchange)), false));
  }

  private static JobId id(Exchange exchange) {
    return exchange.path("job_id", JobId::parse, ProblemCode.JOB_NOT_FOUND);
  }

  private JobView view(Caller caller, Job job, boolean detailed) {
    Map<String, Object> fields = new LinkedHashMap<>(JobKind.of(job, kinds).describe(job));
    if (job.state() instanceof JobState.Completed completed) {
      fields.putAll(JobKind.of(job, kinds).view(caller, job, completed.result(), detailed));
    }
    return JobView.of(job, fields);
  }

  /// A job as the API shows it.
  ///
  /// @param fields those of its kind, such as a completed job's result, beside its own
  private record JobView(
      JobId jobId,
      JobStatus status,
      double progress,
      Instant createdAt,
      @Nullable Instant startedAt,
      @Nullable Instant finishedAt,
      @Nullable ErrorView error,
      @JsonAnyGetter Map<String, Object> fields) {
    static JobView of(Job job, Map<String, Object> fields) {
      JobState state = job.state();
      return new JobView(
          job.id(),
          state.status(),
          state.progress(),
          job.createdAt(),
          state.startedAt(),
          state.finishedAt(),
          state instanceof JobState.Failed failed
              ? new ErrorView(failed.code().code(Dialect.WAVE), failed.message())
              : null,
          fields);
    }
  }

  private record ErrorView(String code, String message) {}
}
