package parley.audit;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;
import parley.tenants.TenantId;
import parley.tenants.UserId;
import parley.web.Cursor;
import parley.web.Json;

/// The SQL of the audit record.
final class AuditTable {
  void insert(Handle transaction, AuditEvent event) {
    UserId user = event.user();
    transaction
        .createUpdate(
            """
            insert into audit_events (tenant_id, id, at, user_id, action, subject, details)
            values (:tenant, :id, :at, cast(:user as uuid), :action, :subject, :details)
            """)
        .bind("tenant", event.tenant().value())
        .bind("id", event.id())
        .bind("at", event.at())
        .bindByType("user", user == null ? null : user.value(), UUID.class)
        .bind("action", event.action().text())
        .bind("subject", event.subject())
        .bind("details", Json.write(event.details()))
        .execute();
  }

  List<AuditEvent> list(Handle transaction, TenantId tenant, @Nullable Cursor after, int most) {
    Cursor start = after == null ? Cursor.START : after;
    return transaction
        .createQuery(
            """
            select * from audit_events
            where tenant_id = :tenant and (at, id) < (:at, :id)
            order by at desc, id desc
            limit :most
            """)
        .bind("tenant", tenant.value())
        .bind("at", start.at())
        .bind("id", start.id())
        .bind("most", most)
        .map(AuditTable::event)
        .list();
  }

  private static AuditEvent event(ResultSet row, StatementContext context) throws SQLException {
    UUID user = row.getObject("user_id", UUID.class);
    Map<String, String> details = new LinkedHashMap<>();
    Json.fields(row.getString("details"))
        .forEach((name, value) -> details.put(name, String.valueOf(value)));
    return new AuditEvent(
        row.getObject("id", UUID.class),
        new TenantId(row.getObject("tenant_id", UUID.class)),
        row.getTimestamp("at").toInstant(),
        user == null ? null : new UserId(user),
        AuditAction.of(row.getString("action")),
        row.getString("subject"),
        details);
  }
}
