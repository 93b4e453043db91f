package parley.web;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import parley.problem.Problem;
import parley.problem.ProblemCode;

/// Renders errors of Tomcat itself, which no route sees, in the dialect's shape instead of as a
/// page.
final class ErrorReport extends ErrorReportValve {
  private final ProblemResponses refusals;

  ErrorReport(ProblemResponses refusals) {
    this.refusals = refusals;
  }

  @Override
  protected void report(Request request, Response response, Throwable throwable) {
    int status = response.getStatus();
    Connection connection = Connection.of(request.getCoyoteRequest());
    if (status >= 400 && connection != null && connection.isExpired()) {
      status = HttpServletResponse.SC_REQUEST_TIMEOUT;
      response.setStatus(status);
    }
    if (status < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
      return;
    }
    String uri = request.getRequestURI();
    Problem problem = new Problem(code(status), "The request could not be read.");
    String requestId = RequestId.of(request.getHeader("X-Request-Id"));
    try {
      response.setContentType("application/json;charset=utf-8");
      response.setHeader("X-Request-Id", requestId);
      response.getOutputStream().write(refusals.body(problem, uri == null ? "/" : uri, requestId));
      response.finishResponse();
    } catch (IOException gone) {
      container.getLogger().debug("the client went away", gone);
    }
  }

  private static ProblemCode code(int status) {
    return switch (status) {
      case 404 -> ProblemCode.NOT_FOUND;
      case 405 -> ProblemCode.METHOD_NOT_ALLOWED;
      case 408 -> ProblemCode.REQUEST_TIMEOUT;
      case 413 -> ProblemCode.BODY_TOO_LARGE;
      case 414 -> ProblemCode.URI_TOO_LONG;
      case 431 -> ProblemCode.HEADERS_TOO_LARGE;
      case 501, 505 -> ProblemCode.NOT_IMPLEMENTED;
      case 503 -> ProblemCode.UNAVAILABLE;
      default -> status < 500 ? ProblemCode.BAD_REQUEST : ProblemCode.INTERNAL;
    };
  }
}
