package parley.audit;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// An entry of the audit log, also as JSON of the admin API.
///
/// @param user null for actions of the server itself
/// @param subject the id of the affected object, in the wave dialect
/// @param details further facts by name; never secrets or file content
public record AuditEvent(
    UUID id,
    @JsonIgnore TenantId tenant,
    Instant at,
    @JsonProperty("user_id") @Nullable UserId user,
    AuditAction action,
    String subject,
    Map<String, String> details) {}
