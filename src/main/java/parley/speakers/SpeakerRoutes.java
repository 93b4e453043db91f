package parley.speakers;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import parley.auth.Permission;
import parley.problem.Dialect;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.speakers.SpeakerView.WithdrawalView;
import parley.storage.Blobs;
import parley.tenants.UserId;
import parley.text.Parsed;
import parley.web.Access;
import parley.web.Exchange;
import parley.web.FormUpload;
import parley.web.Route;
import tools.jackson.databind.JsonNode;

/// The routes of enrolled speakers, in the echo dialect.
public final class SpeakerRoutes {
  private static final String BASE = "/v1/modules/scaiecho/speakers";
  private static final String ONE = BASE + "/{speaker_id}";

  private final Enrolments enrolments;
  private final ProfileUpdates profileUpdates;
  private final Speakers speakers;
  private final Preflights preflights;
  private final Blobs blobs;
  private final long maxBytes;

  /// @param maxBytes of one recording
  public SpeakerRoutes(
      Enrolments enrolments,
      ProfileUpdates profileUpdates,
      Speakers speakers,
      Preflights preflights,
      Blobs blobs,
      long maxBytes) {
    this.enrolments = enrolments;
    this.profileUpdates = profileUpdates;
    this.speakers = speakers;
    this.preflights = preflights;
    this.blobs = blobs;
    this.maxBytes = maxBytes;
  }

  public List<Route> routes() {
    Access enrol = Access.needs(Permission.ENROLL);
    return Stream.of(
            Route.post(BASE, enrol, this::enrol),
            Route.post(BASE + "/preflight", enrol, this::preflight),
            Route.get(BASE, enrol, this::list),
            Route.get(BASE + "/erasures", enrol, this::erasures),
            Route.get(BASE + "/withdrawal", Access.authenticated(), this::withdrawal),
            Route.delete(BASE + "/withdrawal", Access.authenticated(), this::allow),
            Route.get(ONE, enrol, this::show),
            Route.patch(ONE, enrol, this::change),
            Route.delete(ONE, enrol, this::erase),
            Route.post(ONE + "/references", enrol, this::addReference),
            Route.get(ONE + "/consent", enrol, this::consent),
            // The person whose voice it is needs no permission to withdraw.
            Route.post(ONE + "/withdraw", Access.authenticated(), this::withdraw))
        .map(route -> route.in(Dialect.ECHO))
        .toList();
  }

  private void enrol(Exchange exchange) throws IOException {
    try (FormUpload form = form(exchange)) {
      Speaker speaker =
          enrolments.enrol(
              exchange.caller(), request(form), recordings(form), exchange::requireRights);
      exchange.data(202, view(speaker));
    }
  }

  private void preflight(Exchange exchange) throws IOException {
    try (FormUpload form = form(exchange)) {
      exchange.data(
          200,
          Map.of(
              "preflight",
              enrolments.preflight(exchange.caller(), request(form), recordings(form))));
    }
  }

  private FormUpload form(Exchange exchange) throws IOException {
    return FormUpload.readFiles(
        exchange,
        Map.of("reference", Enrolments.MAX_REFERENCES, "consent", 1),
        maxBytes,
        ProblemCode.MEDIA_TOO_LARGE,
        blobs);
  }

  private static Enrolments.Recordings recordings(FormUpload form) {
    return new Enrolments.Recordings(form.files("reference"), form.files("consent").getFirst());
  }

  private static EnrolmentRequest request(FormUpload form) {
    return new EnrolmentRequest(
        required(form, "display_name"),
        required(form, "language_primary"),
        form.field("description").orElse(null),
        required(form, "consent_user_full_name"),
        required(form, "consent_stated_purpose"),
        required(form, "consent_text"),
        form.field("user_id").map(SpeakerRoutes::user).orElse(null),
        form.field("expires_at").map(SpeakerRoutes::time).orElse(null));
  }

  private static String required(FormUpload form, String name) {
    return form.field(name)
        .orElseThrow(() ->
            new Problem(ProblemCode.VALIDATION, "The form has no field '" + name + "'.").at(name));
  }

  private static UserId user(String text) {
    return UserId.parse(text.strip())
        .orElseThrow(() -> Problem.invalid("user_id", "is the id of a user"));
  }

  private static Instant time(String text) {
    return Parsed.of(text.strip(), Instant::parse)
        .orElseThrow(() -> Problem.invalid("expires_at", "is a time as RFC 3339 has it"));
  }

  private void addReference(Exchange exchange) throws IOException {
    SpeakerId id = id(exchange);
    // Before the body is read, so that nobody uploads megabytes for an unknown speaker.
    Speaker _ = speakers.find(exchange.caller(), id);
    try (FormUpload form =
        FormUpload.read(exchange, "reference", maxBytes, ProblemCode.MEDIA_TOO_LARGE, blobs)) {
      exchange.data(
          202,
          view(
              profileUpdates.addReference(
                  exchange.caller(), id, form.file(), exchange::requireRights)));
    }
  }

  private void list(Exchange exchange) {
    exchange.page(speakers.list(exchange.caller(), exchange.pageRequest()).map(this::view));
  }

  private void erasures(Exchange exchange) {
    exchange.page(speakers.erasures(exchange.caller(), exchange.pageRequest()));
  }

  private void show(Exchange exchange) {
    exchange.data(200, view(speakers.find(exchange.caller(), id(exchange))));
  }

  private void change(Exchange exchange) throws IOException {
    JsonNode body = exchange.json(JsonNode.class);
    if (!body.isObject()) {
      throw new Problem(ProblemCode.BAD_JSON, "The body is not a JSON object.");
    }
    exchange.data(
        200, view(speakers.change(exchange.caller(), id(exchange), SpeakerRoutes.change(body))));
  }

  private static Speakers.Change change(JsonNode body) {
    Optional<String> expiry = text(body, "expires_at");
    return new Speakers.Change(
        text(body, "display_name").orElse(null),
        body.has("description") ? text(body, "description").orElse("") : null,
        expiry.map(SpeakerRoutes::time).orElse(null));
  }

  /// The text of a field; empty if it is absent or null.
  private static Optional<String> text(JsonNode body, String name) {
    JsonNode field = body.get(name);
    if (field == null || field.isNull()) {
      return Optional.empty();
    }
    if (!field.isString()) {
      throw Problem.invalid(name, "is a text");
    }
    return Optional.of(field.asString());
  }

  private void consent(Exchange exchange) {
    List<ConsentRecord.Entry> entries = speakers.consent(exchange.caller(), id(exchange));
    exchange.data(200, ConsentView.of(entries));
  }

  private void erase(Exchange exchange) throws IOException {
    exchange.data(200, speakers.erase(exchange.caller(), id(exchange)));
  }

  private void withdraw(Exchange exchange) throws IOException {
    exchange.data(200, speakers.withdraw(exchange.caller(), id(exchange)));
  }

  private void withdrawal(Exchange exchange) {
    Optional<Instant> since = speakers.withdrawal(exchange.caller());
    exchange.data(200, new WithdrawalView(since.isPresent(), since.orElse(null)));
  }

  private void allow(Exchange exchange) {
    speakers.allow(exchange.caller());
    exchange.empty(204);
  }

  private SpeakerView view(Speaker speaker) {
    return SpeakerView.of(speaker, preflights.model());
  }

  private static SpeakerId id(Exchange exchange) {
    return exchange.path("speaker_id", SpeakerId::parse, ProblemCode.SPEAKER_NOT_FOUND);
  }
}
