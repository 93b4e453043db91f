package parley.audit;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.result.RowView;
import parley.json.Json;
import parley.paging.PageRequest;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// The SQL of the audit log.
final class AuditTable {
  private AuditTable() {}

  static void insert(Handle transaction, AuditEvent event) {
    transaction
        .createUpdate(
            """
            insert into audit_events (tenant_id, id, at, user_id, action, subject, details)
            values (:tenant, :id, :at, :user, :action, :subject, :json)
            """)
        .bindMethods(event)
        .bind("json", Json.write(event.details()))
        .execute();
  }

  static List<AuditEvent> list(Handle transaction, TenantId tenant, PageRequest page) {
    return transaction
        .createQuery(
            """
            select * from audit_events
            where tenant_id = :tenant and (at, id) < (:before, :beforeId)
            order by at desc, id desc
            limit :max
            """)
        .bind("tenant", tenant)
        .bindMethods(page)
        .map(AuditTable::event)
        .list();
  }

  private static AuditEvent event(RowView row) {
    Map<String, String> details = new LinkedHashMap<>();
    Json.fields(row.getColumn("details", String.class))
        .forEach((name, value) -> details.put(name, String.valueOf(value)));
    return new AuditEvent(
        row.getColumn("id", UUID.class),
        row.getColumn("tenant_id", TenantId.class),
        row.getColumn("at", Instant.class),
        row.getColumn("user_id", UserId.class),
        row.getColumn("action", AuditAction.class),
        row.getColumn("subject", String.class),
        details);
  }
}
