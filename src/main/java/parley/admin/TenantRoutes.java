package parley.admin;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.auth.Permission;
import parley.problem.ProblemCode;
import parley.tenants.TenantId;
import parley.tenants.Tenants;
import parley.tenants.VideoOptions;
import parley.web.Access;
import parley.web.Exchange;
import parley.web.Route;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Creates and limits tenants; for operators.
public final class TenantRoutes {
  private final Tenants tenants;

  public TenantRoutes(Tenants tenants) {
    this.tenants = tenants;
  }

  public List<Route> routes() {
    Access access = Access.needs(Permission.OPERATOR);
    return List.of(
        Route.get("/v1/admin/tenants", access, this::list),
        Route.post("/v1/admin/tenants", access, this::create),
        Route.patch("/v1/admin/tenants/{tenant_id}", access, this::change));
  }

  private void list(Exchange exchange) throws IOException {
    exchange.page(tenants.list(exchange.pageRequest()));
  }

  private void create(Exchange exchange) throws IOException {
    ObjectNode body = exchange.json(ObjectNode.class);
    String name = Fields.text(body, "name", "");
    exchange.data(201, tenants.create(name, limits(body, Tenants.Limits.NONE)));
  }

  private void change(Exchange exchange) throws IOException {
    TenantId id = exchange.path("tenant_id", TenantId::parse, ProblemCode.TENANT_NOT_FOUND);
    ObjectNode body = exchange.json(ObjectNode.class);
    exchange.data(200, tenants.limit(id, before -> limits(body, before)));
  }

  /// The limits changed by the body: absent fields are kept, null removes a limit.
  private static Tenants.Limits limits(JsonNode body, Tenants.Limits before) {
    @Nullable Long retention =
        Fields.number(
            body,
            "retention_days",
            before.retentionDays() == null ? null : before.retentionDays().longValue(),
            1,
            36_500);
    return new Tenants.Limits(
        Fields.number(body, "max_storage_mb", before.maxStorageMb(), 0, 1L << 40),
        Fields.bool(body, "recordings_enabled", before.recordingsEnabled()),
        Fields.number(body, "speech_budget_seconds", before.speechBudgetSeconds(), 0, 1L << 40),
        retention == null ? null : Math.toIntExact(retention),
        Fields.bool(body, "recording_participants", before.recordingParticipants()),
        video(body, before.videoOptions()));
  }

  private static VideoOptions video(JsonNode body, VideoOptions before) {
    return VideoOptions.of(
        Fields.textOrNull(body, "recording_layout", before.layout()),
        number(body, "recording_width", before.width()),
        number(body, "recording_height", before.height()),
        number(body, "recording_video_kbps", before.videoKbps()),
        "recording_");
  }

  private static @Nullable Integer number(JsonNode body, String name, @Nullable Integer before) {
    @Nullable Long number =
        Fields.number(body, name, before == null ? null : before.longValue(), 0, Integer.MAX_VALUE);
    return number == null ? null : Math.toIntExact(number);
  }
}
