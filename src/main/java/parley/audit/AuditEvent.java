package parley.audit;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// An entry of the audit log.
///
/// @param user null for actions of the server itself
/// @param subject the id of the affected object, in the wave dialect
/// @param details further facts by name; never secrets or file content
public record AuditEvent(
    UUID id,
    TenantId tenant,
    Instant at,
    @Nullable UserId user,
    AuditAction action,
    String subject,
    Map<String, String> details) {}
