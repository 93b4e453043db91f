package parley.audit;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// One thing that was done.
///
/// @param user who did it, or null when the server did it by itself
/// @param subject what it was done to, as the wave dialect writes its id
/// @param details what else is worth knowing, by name; never a secret and never a file's content
public record AuditEvent(
    UUID id,
    TenantId tenant,
    Instant at,
    @Nullable UserId user,
    AuditAction action,
    String subject,
    Map<String, String> details) {}
