package parley.speech;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import parley.auth.Permission;
import parley.problem.Dialect;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.speech.transcript.Transcriber;
import parley.web.Access;
import parley.web.Exchange;
import parley.web.Route;

/// The models as OpenAI's API lists them: those of the backends, and the name that its clients use
/// for Whisper. https://platform.openai.com/docs/api-reference/models
public final class OpenAiModelRoutes {
  private static final String USUAL_NAME = "whisper-1";

  /// When Whisper was published, 2022-09-21; when the models here were made is not known.
  private static final long CREATED = 1_663_718_400;

  private final Backends backends;

  public OpenAiModelRoutes(Backends backends) {
    this.backends = backends;
  }

  public List<Route> routes() {
    Access access = Access.needs(Permission.TRANSCRIBE);
    return List.of(
        Route.get("/v1/models", access, this::list).in(Dialect.OPENAI),
        Route.get("/oai/v1/models", access, this::list).in(Dialect.OPENAI),
        Route.get("/v1/models/{model}", access, this::model).in(Dialect.OPENAI),
        Route.get("/oai/v1/models/{model}", access, this::model).in(Dialect.OPENAI));
  }

  private record ModelList(String object, List<Model> data) {}

  private record Model(String id, String object, long created, String ownedBy) {
    static Model named(String id) {
      return new Model(id, "model", CREATED, "parley");
    }
  }

  private void list(Exchange exchange) throws IOException {
    exchange.json(200, new ModelList("list", names().map(Model::named).toList()));
  }

  private void model(Exchange exchange) throws IOException {
    String id = exchange.path("model", Optional::of, ProblemCode.MODEL_NOT_FOUND);
    if (names().noneMatch(id::equals)) {
      throw new Problem(ProblemCode.MODEL_NOT_FOUND, "There is no such model.").at("model");
    }
    exchange.json(200, Model.named(id));
  }

  private Stream<String> names() {
    return Stream.concat(
            Stream.of(USUAL_NAME),
            Arrays.stream(Backend.values())
                .flatMap(backend -> backends.find(backend).stream())
                .map(Transcriber::model))
        .distinct();
  }
}
