package parley.audit;

import java.time.Clock;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import parley.auth.Caller;
import parley.db.Database;
import parley.paging.Cursor;
import parley.paging.Page;
import parley.paging.PageRequest;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// Writes and reads the audit log.
public final class AuditTrail {
  private final Database database;
  private final Clock clock;

  public AuditTrail(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  /// Records an action of the caller, in the same transaction as the action.
  public void record(
      Handle transaction,
      Caller caller,
      AuditAction action,
      String subject,
      Map<String, String> details) {
    record(transaction, caller.tenant(), caller.user(), action, subject, details);
  }

  /// Like [#record], for a user whose request was made earlier, such as a job's.
  public void record(
      Handle transaction,
      TenantId tenant,
      UserId user,
      AuditAction action,
      String subject,
      Map<String, String> details) {
    AuditTable.insert(
        transaction,
        new AuditEvent(UUID.randomUUID(), tenant, clock.instant(), user, action, subject, details));
  }

  /// Like [#record], for actions of the server itself.
  public void recordOwn(
      Handle transaction,
      TenantId tenant,
      AuditAction action,
      String subject,
      Map<String, String> details) {
    AuditTable.insert(
        transaction,
        new AuditEvent(UUID.randomUUID(), tenant, clock.instant(), null, action, subject, details));
  }

  /// Events of the tenant, newest first.
  public Page<AuditEvent> list(TenantId tenant, PageRequest page) {
    return database.inTransaction(transaction ->
        page.page(
            AuditTable.list(transaction, tenant, page),
            event -> new Cursor(event.at(), event.id())));
  }
}
